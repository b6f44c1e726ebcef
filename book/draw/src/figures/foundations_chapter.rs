//! Chapter 00: what finite differences measure, two optimisers, and schedules.

use anyhow::Result;
use candle_core::{DType, Device, Tensor, Var};
use foundations::ops;
use foundations::optim::newton_schulz::newton_schulz;
use foundations::optim::{Method, Optimizer, Recipe, Schedule};
use foundations::random::{generator, normal};

use crate::bundled::Bundled;
use crate::svg::{Axis, Chart, Series};

/// How far central differences are from `backward()`, over the step `h`, in both widths of floating-point numbers.
pub fn finite_differences(_: &Bundled) -> Result<String> {
    let errors = |dtype: DType| -> Result<Vec<(f64, f64)>> {
        let weight = Tensor::new(&[1.2f64, 0.7, -0.4, 0.9], &Device::Cpu)?.to_dtype(dtype)?;
        let bias = weight.zeros_like()?;
        // The sum of the cubes of a normalised row: a loss that is curved everywhere.
        let loss = |x: &Tensor| ops::plain::layer_norm(x, &weight, &bias, 1e-6)?.powf(3.0)?.sum_all();
        let start = [0.3f64, -1.1, 0.8, 2.0];
        let x = Var::from_tensor(&Tensor::new(&start, &Device::Cpu)?.to_dtype(dtype)?)?;
        let gradients = loss(x.as_tensor())?.backward()?;
        let claimed = gradients.get(&x).map(|gradient| gradient.get(0)?.to_dtype(DType::F64)?.to_scalar::<f64>());
        let claimed = claimed.transpose()?.unwrap_or_default();
        let mut errors = Vec::new();
        for power in (-48..=0).rev() {
            let h = 10f64.powf(f64::from(power) / 4.0);
            let at = |offset: f64| -> candle_core::Result<f64> {
                let moved = [start[0] + offset, start[1], start[2], start[3]];
                loss(&Tensor::new(&moved, &Device::Cpu)?.to_dtype(dtype)?)?.to_dtype(DType::F64)?.to_scalar::<f64>()
            };
            let slope = (at(h)? - at(-h)?) / (2.0 * h);
            errors.push((h, (slope - claimed).abs().max(1e-13)));
        }
        errors.reverse();
        Ok(errors)
    };
    let chart = Chart {
        x: Axis::logarithmic("h", (1e-12, 1.0)),
        y: Axis::logarithmic("difference from backward()", (1e-13, 1e2)),
        series: vec![Series::new("f32", errors(DType::F32)?), Series::new("f64", errors(DType::F64)?)],
    };
    Ok(chart.drawn())
}

/// Steps on the bowl.
const STEPS: u64 = 200;
/// How steep the bowl is along each row of the matrix.
const STEEPNESS: [f64; 8] = [100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03];

/// A matrix on its way to another one, down a bowl that is thousands of times steeper in one direction than in another.
pub fn bowl(_: &Bundled) -> Result<String> {
    let size = STEEPNESS.len();
    let drawn = |name: &str| normal((size, size), 0.0, 1.0, DType::F64, &Device::Cpu, &mut generator(0, name));
    let (target, mixing) = (drawn("target")?, drawn("mixing")?);
    let steepness = Tensor::new(&STEEPNESS, &Device::Cpu)?.unsqueeze(1)?; // [8, 1]
    // The steep directions are mixtures of all rows, as they are in a network.
    let bowl = mixing.broadcast_mul(&steepness.sqrt()?)?; // [8, 8]
    let descent = |method: Method| -> Result<Vec<(f64, f64)>> {
        let matrix = Var::zeros((size, size), DType::F64, &Device::Cpu)?;
        let recipe = Recipe { method, learning_rate: 0.1, weight_decay: 0.0 };
        let mut optimizer = Optimizer::new(vec![("matrix".to_owned(), matrix.clone())], |_, _| recipe, None)?;
        let schedule = Schedule::Cosine { warmup: 0, total: STEPS, final_fraction: 0.0 };
        let mut losses = Vec::new();
        for step in 0..=STEPS {
            let loss = (bowl.matmul(&(matrix.as_tensor() - &target)?)?.sqr()?.sum_all()? * 0.5)?;
            losses.push((step as f64, loss.to_scalar::<f64>()?));
            optimizer.step(&loss.backward()?, schedule.factor(step))?;
        }
        Ok(losses)
    };
    let series = vec![
        Series::new("AdamW", descent(Method::AdamW { beta1: 0.9, beta2: 0.95, eps: 1e-8 })?),
        Series::new("Muon", descent(Method::Muon { momentum: 0.95 })?),
    ];
    let losses = || series.iter().flat_map(|series| &series.points).map(|point| point.1);
    let range = (losses().fold(f64::INFINITY, f64::min).max(1e-9) / 1.5, losses().fold(0.0, f64::max) * 1.5);
    let chart = Chart { x: Axis::linear("step", (0.0, STEPS as f64)), y: Axis::logarithmic("loss", range), series };
    Ok(chart.drawn())
}

/// What five rounds make of every strength between 0 and 1: diagonal matrices keep theirs apart.
pub fn newton_schulz_rounds(_: &Bundled) -> Result<String> {
    let points = (0..=100).map(|percent| -> Result<(f64, f64)> {
        // A second strength brings the norm to one, so that the first is not divided by anything.
        let strength = f64::from(percent) / 100.0;
        let other = (1.0 - strength * strength).max(0.0).sqrt();
        let matrix = Tensor::new(&[[strength, 0.0], [0.0, other]], &Device::Cpu)?.to_dtype(DType::F32)?;
        let result = newton_schulz(&matrix)?.to_dtype(DType::F64)?.to_vec2::<f64>()?;
        Ok((strength, result[0][0].abs()))
    });
    let chart = Chart {
        x: Axis::linear("strength before", (0.0, 1.0)),
        y: Axis::linear("strength after", (0.0, 1.4)),
        series: vec![
            Series::new("after five rounds", points.collect::<Result<Vec<_>>>()?),
            Series::new("left as it was", [(0.0, 0.0), (1.0, 1.0)]),
        ],
    };
    Ok(chart.drawn())
}

/// Both schedules over a run of 1,000 steps.
pub fn schedules(_: &Bundled) -> Result<String> {
    let curve = |name: &str, schedule: Schedule| {
        Series::new(name, (0..=1000).step_by(10).map(|step| (step as f64, schedule.factor(step))))
    };
    let chart = Chart {
        x: Axis::linear("step", (0.0, 1000.0)),
        y: Axis::linear("factor", (0.0, 1.0)),
        series: vec![
            curve("cosine, down to a tenth", Schedule::Cosine { warmup: 50, total: 1000, final_fraction: 0.1 }),
            curve(
                "reciprocal root, with a cool-down of 150 steps",
                Schedule::ReciprocalSqrt { warmup: 50, timescale: 100, cooldown: 150, total: 1000 },
            ),
        ],
    };
    Ok(chart.drawn())
}
