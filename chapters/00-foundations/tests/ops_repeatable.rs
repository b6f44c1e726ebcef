//! The same numbers to the bit, whatever the number of cores; and the one decision which body runs.

use candle_core::{DType, Device, Result, Tensor, Var};
use foundations::ops::{self, fused};
use foundations::random;

/// One transformer-like step through every operator that sums over many rows, and all its gradients.
fn step() -> Result<Vec<Vec<f32>>> {
    let variable = |name: &str, shape: &[usize]| {
        let rng = &mut random::generator(1, name);
        Var::from_tensor(&random::normal(shape, 0.0, 1.0, DType::F32, &Device::Cpu, rng)?)
    };
    let (table, weight, bias) =
        (variable("table", &[50, 64])?, variable("weight", &[64, 64])?, variable("bias", &[64])?);
    let ids: Vec<u32> = (0..600u32).map(|i| i * 7 % 50).collect();
    let ids = Tensor::from_vec(ids, (6, 100), &Device::Cpu)?;
    let x = fused::embedding(&table, &ids)?; // [6, 100, 64]
    let x = fused::layer_norm(&x, &bias, &bias, 1e-6)?;
    let heads = fused::linear(&x, &weight, Some(&bias))?.reshape((6, 100, 2, 32))?;
    let x = fused::attention(&heads, &heads, &heads, None, 0.2)?.reshape((600, 64))?;
    let logits = fused::linear(&fused::rms_norm(&fused::gelu(&x)?, &bias, 1e-6)?, &table, None)?; // [600, 50]
    let gradients = fused::cross_entropy(&logits, &ids.flatten_all()?)?.mean_all()?.backward()?;
    [table, weight, bias].iter().map(|x| gradients.get(x).unwrap().flatten_all()?.to_vec1::<f32>()).collect()
}

/// So many rows that they are cut into blocks, with one left over: the cut is the same on any number of cores.
#[test]
fn the_number_of_cores_does_not_move_the_cut() -> Result<()> {
    let input = |name: &str, shape: &[usize]| {
        random::normal(shape, 0.0, 1.0, DType::F32, &Device::Cpu, &mut random::generator(1, name))
    };
    let (rows, weight) = (input("rows", &[2049, 300])?, input("weight", &[40, 300])?);
    let on = |cores: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build().unwrap();
        pool.install(|| fused::linear(&rows, &weight, None)?.flatten_all()?.to_vec1::<f32>())
    };
    let one = on(1)?;
    for cores in [2, 3, 5] {
        let differ = one.iter().zip(on(cores)?).filter(|(one, other)| *one != other).count();
        assert_eq!(differ, 0, "{differ} numbers are others on {cores} cores");
    }
    Ok(())
}

/// One core and three cores give the same gradients to the last bit.
#[test]
fn the_number_of_cores_changes_nothing() {
    let on = |cores: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build().unwrap();
        pool.install(step).unwrap()
    };
    let (one, three) = (on(1), on(3));
    assert!(one.iter().flatten().all(|gradient| gradient.is_finite()), "the step must give finite gradients");
    assert!(one == three, "a run must be repeatable to the bit on any number of cores");
}

/// Fused operators are for f32 and f64; other types take the readable path. `VLM_OPS=plain` switches them off.
#[test]
fn only_single_and_double_precision_are_fused() {
    let fused = |dtype| ops::fused_for(&Tensor::zeros(1, dtype, &Device::Cpu).unwrap());
    if std::env::var("VLM_OPS").as_deref() == Ok("plain") {
        assert!(!fused(DType::F32), "VLM_OPS=plain switches the fused operators off");
    } else {
        assert!(fused(DType::F32) && fused(DType::F64), "f32 and f64 on the CPU are fused");
        assert!(!fused(DType::BF16) && !fused(DType::U32), "other types are not");
    }
}

/// The environment belongs to a whole process and is read once, so another process of this same test is asked.
#[test]
fn the_environment_switches_the_fused_operators() {
    const ASKED: &str = "FUSED_OPERATORS_ARE_ASKED_FOR";
    if std::env::var_os(ASKED).is_some() {
        ops::fused_wanted().unwrap(); // a misspelt name is an error here, and a panic in the next line
        println!("is fused: {}", ops::fused_for(&Tensor::zeros(1, DType::F32, &Device::Cpu).unwrap()));
        return;
    }
    let says = |word: &str| {
        let mut other = std::process::Command::new(std::env::current_exe().unwrap());
        // The thread of a test is called as the test is, with the module in which it may stand.
        other.args(["--exact", std::thread::current().name().unwrap(), "--nocapture"]);
        let output = other.env(ASKED, "yes").env("VLM_OPS", word).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    for (word, is_fused) in [("fused", true), ("", true), ("plain", false)] {
        let (success, said) = says(word);
        assert!(success && said.contains(&format!("is fused: {is_fused}")), "VLM_OPS={word}:\n{said}");
    }
    assert!(!says("plian").0, "a misspelt name is no choice");
}
