//! A tensor that proptest has drawn. It is a tensor like any other; when a property fails, its numbers are shown.

use std::borrow::Borrow;
use std::fmt::{self, Debug, Formatter};
use std::ops::{Add, Deref, Div, Mul, Sub};

use candle_core::{DType, Result, Tensor};

/// Of a larger tensor, so many numbers are shown.
const SHOWN: usize = 48;

/// A drawn tensor.
#[derive(Clone)]
pub struct Drawn(pub Tensor);

impl Deref for Drawn {
    type Target = Tensor;

    fn deref(&self) -> &Tensor {
        &self.0
    }
}

impl Borrow<Tensor> for Drawn {
    fn borrow(&self) -> &Tensor {
        self
    }
}

impl Borrow<Tensor> for &Drawn {
    fn borrow(&self) -> &Tensor {
        self
    }
}

impl AsRef<Tensor> for Drawn {
    fn as_ref(&self) -> &Tensor {
        self
    }
}

/// Its shape and its numbers, row by row: `[2, 3] [[0, 1.5, 0], [0, 0, 2]]`.
impl Debug for Drawn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let numbers = self.to_dtype(DType::F64).and_then(|tensor| tensor.flatten_all()?.to_vec1::<f64>());
        let numbers = numbers.map_err(|_| fmt::Error)?;
        write!(f, "{:?} ", self.dims())?;
        match self.dims() {
            [.., columns] if numbers.len() <= SHOWN && *columns > 0 => nested(f, self.dims(), &numbers),
            _ => write!(f, "{:?}…", &numbers[..SHOWN.min(numbers.len())]),
        }
    }
}

/// Numbers in as many brackets as there are dimensions.
fn nested(f: &mut Formatter<'_>, dims: &[usize], numbers: &[f64]) -> fmt::Result {
    let [_, inner @ ..] = dims else { return write!(f, "{}", numbers[0]) };
    write!(f, "[")?;
    for (index, part) in numbers.chunks(inner.iter().product()).enumerate() {
        write!(f, "{}", if index > 0 { ", " } else { "" })?;
        nested(f, inner, part)?;
    }
    write!(f, "]")
}

macro_rules! arithmetic {
    ($operator:ident $method:ident for $drawn:ty: $($other:ty),*) => {$(
        impl $operator<$other> for $drawn {
            type Output = Result<Tensor>;

            fn $method(self, other: $other) -> Result<Tensor> {
                $operator::$method(&self.0, other)
            }
        }
    )*};
    ($($operator:ident $method:ident),*) => {$(
        arithmetic!($operator $method for Drawn: f64, Tensor, &Tensor, &Drawn);
        arithmetic!($operator $method for &Drawn: f64, Tensor, &Tensor, &Drawn);
    )*};
}

arithmetic!(Add add, Sub sub, Mul mul, Div div);

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn numbers_are_shown_in_brackets() {
        let drawn = |values: &[f32], shape: &[usize]| Drawn(Tensor::from_slice(values, shape, &Device::Cpu).unwrap());
        assert_eq!(format!("{:?}", drawn(&[0.0, 1.5, -2.0, 3.0], &[2, 2])), "[2, 2] [[0, 1.5], [-2, 3]]");
        assert_eq!(format!("{:?}", drawn(&[4.0, 5.0], &[1, 2, 1])), "[1, 2, 1] [[[4], [5]]]");
        assert!(format!("{:?}", drawn(&[0.0; 50], &[50])).ends_with(", 0.0]…"));
    }

    #[test]
    fn a_drawn_tensor_calculates() -> Result<()> {
        let drawn = Drawn(Tensor::new(&[1f32, 2.0], &Device::Cpu)?);
        let sum = ((&drawn * 3.0)? + &drawn)?;
        assert_eq!((&drawn + sum)?.to_vec1::<f32>()?, [5.0, 10.0]);
        Ok(())
    }
}
