//! How a fused operator joins candle's graph.
//!
//! candle lets us add operators of our own (`CustomOp1` … `CustomOp3`): a forward pass on raw storage and a backward pass
//! on tensors. [`Operator`] is the same thing with the bookkeeping taken away: both passes see plain slices, whatever the
//! number type and the number of inputs, and return plain vectors.

use candle_core::backend::BackendStorage;
use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, CustomOp3, DType, Device, Layout, Result, Shape, Storage, Tensor, WithDType, bail,
};

use super::number::Number;

/// A tensor as an operator sees it: its numbers in row-major order, and its shape.
#[derive(Debug, Clone, Copy)]
pub struct View<'a, T> {
    /// The numbers, row after row.
    pub data: &'a [T],
    /// The shape.
    pub dims: &'a [usize],
}

impl<T> View<'_, T> {
    /// The length of the last dimension: one row.
    pub fn width(&self) -> usize {
        self.dims.last().copied().unwrap_or(1)
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.data.len() / self.width().max(1)
    }
}

/// An operator with `N` differentiable inputs and one output.
pub trait Operator<const N: usize>: Send + Sync + 'static {
    /// The name that error messages show.
    const NAME: &'static str;

    /// The output's numbers and shape.
    fn forward<T: Number>(&self, inputs: [View<T>; N]) -> Result<(Vec<T>, Shape)>;

    /// The gradient of each input, given the gradient of the output. Only those in `wanted` are used, so that the
    /// others need not be computed.
    fn backward<T: Number>(
        &self,
        inputs: [View<T>; N],
        output: View<T>,
        gradient: View<T>,
        wanted: [bool; N],
    ) -> Result<[Option<Vec<T>>; N]>;
}

/// Applies an operator with one input.
pub fn apply1(operator: impl Operator<1>, x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Adapter(operator))
}

/// Applies an operator with two inputs.
pub fn apply2(operator: impl Operator<2>, x: &Tensor, y: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op2(&y.contiguous()?, Adapter(operator))
}

/// Applies an operator with three inputs.
pub fn apply3(operator: impl Operator<3>, x: &Tensor, y: &Tensor, z: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op3(&y.contiguous()?, &z.contiguous()?, Adapter(operator))
}

/// The numbers of a contiguous tensor on the CPU, for as long as `f` looks at them.
pub fn with_numbers<T: WithDType, R>(tensor: &Tensor, f: impl FnOnce(&[T]) -> Result<R>) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    f(numbers(&storage, layout)?)
}

struct Adapter<O>(O);

type Stored<'a> = (&'a CpuStorage, &'a Layout);

impl<O: Operator<1>> CustomOp1 for Adapter<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn cpu_fwd(&self, s: &CpuStorage, l: &Layout) -> Result<(CpuStorage, Shape)> {
        forward(&self.0, [(s, l)])
    }

    fn bwd(&self, x: &Tensor, output: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        backward(&self.0, [x], output, gradient).map(|[x]| x)
    }
}

impl<O: Operator<2>> CustomOp2 for Adapter<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn cpu_fwd(&self, s1: &CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> Result<(CpuStorage, Shape)> {
        forward(&self.0, [(s1, l1), (s2, l2)])
    }

    fn bwd(
        &self,
        x: &Tensor,
        y: &Tensor,
        output: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        backward(&self.0, [x, y], output, gradient).map(|[x, y]| (x, y))
    }
}

impl<O: Operator<3>> CustomOp3 for Adapter<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        forward(&self.0, [(s1, l1), (s2, l2), (s3, l3)])
    }

    fn bwd(
        &self,
        x: &Tensor,
        y: &Tensor,
        z: &Tensor,
        output: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        backward(&self.0, [x, y, z], output, gradient).map(|[x, y, z]| (x, y, z))
    }
}

fn forward<const N: usize>(operator: &impl Operator<N>, inputs: [Stored; N]) -> Result<(CpuStorage, Shape)> {
    match inputs[0].0.dtype() {
        DType::F32 => forward_in::<f32, N>(operator, inputs),
        DType::F64 => forward_in::<f64, N>(operator, inputs),
        other => bail!("fused operators compute in f32 or f64, not {other:?}: set VLM_OPS=plain"),
    }
}

fn forward_in<T: Number, const N: usize>(
    operator: &impl Operator<N>,
    inputs: [Stored; N],
) -> Result<(CpuStorage, Shape)> {
    let mut views = [View { data: &[], dims: &[] }; N];
    for (view, (storage, layout)) in views.iter_mut().zip(inputs) {
        *view = View { data: stored_numbers(storage, layout)?, dims: layout.dims() };
    }
    let (data, shape) = operator.forward::<T>(views)?;
    Ok((T::to_cpu_storage_owned(data), shape))
}

fn backward<const N: usize>(
    operator: &impl Operator<N>,
    inputs: [&Tensor; N],
    output: &Tensor,
    gradient: &Tensor,
) -> Result<[Option<Tensor>; N]> {
    match output.dtype() {
        DType::F64 => backward_in::<f64, N>(operator, inputs, output, gradient),
        _ => backward_in::<f32, N>(operator, inputs, output, gradient),
    }
}

/// candle keeps forward tensors tracked while it walks backwards. We read their storage and build fresh tensors, so the
/// backward pass records no graph of its own.
fn backward_in<T: Number, const N: usize>(
    operator: &impl Operator<N>,
    inputs: [&Tensor; N],
    output: &Tensor,
    gradient: &Tensor,
) -> Result<[Option<Tensor>; N]> {
    let gradient = gradient.detach().contiguous()?;
    let (gradient_storage, gradient_layout) = gradient.storage_and_layout();
    let (output_storage, output_layout) = output.storage_and_layout();
    let stored = inputs.map(Tensor::storage_and_layout);
    let mut views = [View { data: &[], dims: &[] }; N];
    for (view, (storage, layout)) in views.iter_mut().zip(&stored) {
        *view = View { data: numbers(storage, layout)?, dims: layout.dims() };
    }
    let output = View { data: numbers(&output_storage, output_layout)?, dims: output_layout.dims() };
    let gradient = View { data: numbers(&gradient_storage, gradient_layout)?, dims: gradient_layout.dims() };
    let wanted = inputs.map(Tensor::track_op);
    let gradients = operator.backward::<T>(views, output, gradient, wanted)?;
    let mut tensors = [const { None }; N];
    for (((tensor, gradient), view), wanted) in tensors.iter_mut().zip(gradients).zip(views).zip(wanted) {
        let gradient = gradient.filter(|_| wanted);
        *tensor = gradient.map(|data| Tensor::from_vec(data, view.dims, &Device::Cpu)).transpose()?;
    }
    Ok(tensors)
}

fn numbers<'a, T: WithDType>(storage: &'a Storage, layout: &Layout) -> Result<&'a [T]> {
    match storage {
        Storage::Cpu(storage) => stored_numbers(storage, layout),
        _ => bail!("fused operators run on the CPU: set VLM_OPS=plain"),
    }
}

fn stored_numbers<'a, T: WithDType>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&T::cpu_storage_as_slice(storage)?[start..end]),
        None => bail!("fused operators read rows that lie in order: call contiguous() first"),
    }
}
