//! Specification of `softplus`, `pair_labels`, `pair_labels_for` and `sigmoid_loss`.

use candle_core::{DType, Result, Tensor, Var};
use contrastive_loss::{pair_labels, pair_labels_for, prior_bias, sigmoid_loss, softplus};
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_finite, assert_gradients_match, assert_number, cases, device, device_f64, random, random_f64,
    tensors,
};

/// The gradient of `f(x).sum()` at `x`.
fn slopes(f: impl Fn(&Tensor) -> Result<Tensor>, x: &Tensor) -> Result<Tensor> {
    let x = Var::from_tensor(x)?;
    let gradients = f(&x)?.sum_all()?.backward()?;
    Ok(gradients.get(&x).expect("a gradient reaches the input").clone())
}

/// ln 2 at zero; the identity far to the right; nothing far to the left; and any shape comes out as it went in.
#[test]
fn softplus_bends_at_zero() -> Result<()> {
    let v = Tensor::new(&[[0f32, 30.0, -30.0], [1e4, -1e4, 0.0]], &device())?;
    let expected = Tensor::new(&[[2f32.ln(), 30.0, 0.0], [1e4, 0.0, 2f32.ln()]], &device())?;
    assert_close(&softplus(&v)?, &expected, 1e-6, "ln(1 + exp(v)) at 0, ±30 and ±1e4");
    Ok(())
}

/// Its slope is the sigmoid, also exactly at zero and where exp would overflow.
#[test]
fn the_slope_of_softplus_is_the_sigmoid() -> Result<()> {
    let v = Tensor::new(&[0f32, 2.0, -2.0, 1e4, -1e4], &device())?;
    let sigmoid = 1.0 / (1.0 + (-2f32).exp());
    let expected = Tensor::new(&[0.5, sigmoid, 1.0 - sigmoid, 1.0, 0.0], &device())?;
    assert_close(&slopes(softplus, &v)?, &expected, 1e-6, "the derivative of ln(1 + exp(v)) is σ(v)");
    Ok(())
}

/// +1 where picture and text belong together, −1 elsewhere; and in the type that was asked for, since candle multiplies
/// only numbers of one type.
#[test]
fn labels_are_plus_one_on_the_diagonal() -> Result<()> {
    let expected = Tensor::new(&[[1f32, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]], &device())?;
    assert_close(&pair_labels(3, DType::F32, &device())?, &expected, 0.0, "labels are 2·eye − 1");
    for (dtype, device) in [(DType::F32, device()), (DType::F64, device_f64())] {
        assert_eq!(pair_labels(3, dtype, &device)?.dtype(), dtype, "labels of {dtype:?} were asked for");
    }
    Ok(())
}

/// Texts 2 to 4 of five: picture 2 still belongs to text 2, the first of the chunk.
#[test]
fn a_chunk_of_labels_is_cut_from_the_whole() -> Result<()> {
    let whole = pair_labels(5, DType::F32, &device())?;
    for (start, end) in [(0, 5), (0, 2), (2, 5), (4, 5)] {
        let chunk = pair_labels_for(5, start..end, DType::F32, &device())?;
        let expected = whole.narrow(1, start, end - start)?;
        assert_close(&chunk, &expected, 0.0, &format!("the labels of texts {start} to {} in any chunk", end - 1));
    }
    Ok(())
}

/// Coin tosses on n² questions cost n² · ln 2, shared by n pictures. Dividing by n² instead would give ln 2 for all n.
#[test]
fn the_sum_over_all_pairs_is_divided_by_n() -> Result<()> {
    for n in [1usize, 2, 5, 64] {
        let logits = Tensor::zeros((n, n), DType::F32, &device())?;
        let expected = n as f64 * std::f64::consts::LN_2;
        assert_number(&sigmoid_loss(&logits)?, expected, 1e-5, "n² times ln 2, divided by n");
    }
    Ok(())
}

/// Where the loss starts when all cosines are zero: the bias alone decides.
#[test]
fn the_first_loss_depends_on_the_bias() -> Result<()> {
    let cases = [
        (64, -10.0, 10.0),
        (64, 0.0, 44.4),
        (64, prior_bias(64), 5.15),
        (512, -10.0, 10.0),
        (512, 0.0, 354.9),
        (512, prior_bias(512), 7.24),
    ];
    for (n, bias, expected) in cases {
        let logits = Tensor::full(bias as f32, (n, n), &device())?;
        assert_number(
            &sigmoid_loss(&logits)?,
            expected,
            3e-3,
            &format!("{n} pairs and bias {bias:.2} start at {expected}"),
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    /// Raising a matching logit lowers the loss, raising any other raises it.
    #[test]
    fn matched_pairs_pull_together(logits in tensors((4, 4))) {
        let slopes = slopes(sigmoid_loss, &logits)?.to_vec2::<f32>()?;
        for (i, row) in slopes.iter().enumerate() {
            for (j, slope) in row.iter().enumerate() {
                prop_assert!((*slope < 0.0) == (i == j), "the slope for picture {i} and text {j} is {slope}");
            }
        }
    }

    /// −log of a probability is never negative.
    #[test]
    fn the_loss_is_never_negative(logits in tensors((3, 3))) {
        let loss = sigmoid_loss(&logits)?.to_scalar::<f32>()?;
        prop_assert!(loss >= 0.0, "a loss of {loss} rewards something without limit");
    }

    /// Each question stands alone: changing one logit leaves the slopes of all others as they were. (Not so in CLIP.)
    #[test]
    fn every_pair_is_its_own_question(logits in tensors((4, 4)), i in 0usize..4, j in 0usize..4) {
        let mut changed = logits.to_vec2::<f32>()?;
        changed[i][j] += 2.0;
        let before = slopes(sigmoid_loss, &logits)?.to_vec2::<f32>()?;
        let mut after = slopes(sigmoid_loss, &Tensor::new(changed, &device())?)?.to_vec2::<f32>()?;
        prop_assert!(after[i][j] != before[i][j], "the changed pair must notice");
        after[i][j] = before[i][j];
        prop_assert_eq!(after, before, "the other pairs must not notice");
    }

    /// A batch has no order: reordered pairs give the same loss, and reordered slopes.
    #[test]
    fn the_order_of_the_pairs_does_not_matter(logits in tensors((4, 4)), turn in 1u32..4) {
        let order = Tensor::new((0..4).map(|i| (i + turn) % 4).collect::<Vec<u32>>(), &device())?;
        let reorder = |x: &Tensor| x.index_select(&order, 0)?.index_select(&order, 1);
        let reordered = reorder(&logits)?;
        assert_close(&sigmoid_loss(&reordered)?, &sigmoid_loss(&logits)?, 1e-5, "the same loss in another order");
        assert_close(
            &slopes(sigmoid_loss, &reordered)?, &reorder(&slopes(sigmoid_loss, &logits)?)?, 1e-6, "slopes move with their pairs",
        );
    }

    /// Reordering only the texts breaks the pairs: with good logits the loss must rise.
    #[test]
    fn shuffling_only_the_texts_is_punished(n in 2usize..7) {
        let good = pair_labels(n, DType::F32, &device())?.affine(5.0, 0.0)?;
        let order = Tensor::new((0..n).map(|i| ((i + 1) % n) as u32).collect::<Vec<u32>>(), &device())?;
        let shuffled = good.index_select(&order, 1)?;
        let (right, wrong) = (sigmoid_loss(&good)?.to_scalar::<f32>()?, sigmoid_loss(&shuffled)?.to_scalar::<f32>()?);
        prop_assert!(wrong > right + 9.0, "right pairs cost {right}, wrong pairs {wrong}");
    }

    /// The loss asks pictures and texts the same question.
    #[test]
    fn exchanging_pictures_and_texts_changes_nothing(logits in tensors((5, 5))) {
        assert_close(&sigmoid_loss(&logits.t()?)?, &sigmoid_loss(&logits)?, 1e-5, "the transposed logits give the same loss");
    }
}

/// Very sure and wrong is expensive, not infinite; and it can still be learned from.
#[test]
fn logits_of_ten_thousand_stay_finite() -> Result<()> {
    let logits = pair_labels(4, DType::F32, &device())?.affine(-1e4, 0.0)?; // sure of the opposite, everywhere
    assert_number(&sigmoid_loss(&logits)?, 4e4, 1e-5, "16 answers, each wrong by 1e4, shared by 4 pictures");
    let expected = (pair_labels(4, DType::F32, &device())? * -0.25)?;
    assert_close(&slopes(sigmoid_loss, &logits)?, &expected, 1e-6, "each logit is pulled with full force, 1/n");
    let right = logits.neg()?;
    assert_finite(&slopes(sigmoid_loss, &right)?, "the gradient of sure and right is finite (zero)");
    Ok(())
}

/// The backward pass agrees with measured slopes.
#[test]
fn the_gradient_is_the_measured_slope() {
    let inputs = [random_f64((3, 3), 1)];
    assert_gradients_match(|x| sigmoid_loss(&x[0]), &inputs, "sigmoid_loss has the slope that backward says");
}

/// Without a text per picture there is no diagonal.
#[test]
fn a_matrix_that_is_not_square_is_refused() -> Result<()> {
    let message = sigmoid_loss(&random((2, 3), 1)).expect_err("2 × 3 has no pairs").to_string();
    assert!(message.contains("2 × 3") && message.contains("square"), "the error should say what to pass: {message}");
    assert!(sigmoid_loss(&Tensor::zeros((0, 0), DType::F32, &device())?).is_err(), "an empty batch has no loss");
    Ok(())
}
