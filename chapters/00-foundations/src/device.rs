//! Which device computes: one decision, made once, at run time.

use candle_core::Device;

/// Why no device could be opened.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// `VLM_DEVICE` holds something else than the four names.
    #[error("VLM_DEVICE is '{0}'; set it to auto, cpu, cuda or metal")]
    UnknownName(String),
    /// The device exists in name only: no driver, no card, or built without its feature.
    #[error(
        "the device '{name}' cannot be opened: {source}. Build with --features {name} on a machine that has one, or set VLM_DEVICE=cpu"
    )]
    Unavailable {
        /// What was asked for.
        name: &'static str,
        /// What candle said.
        source: candle_core::Error,
    },
}

/// The device that the environment variable `VLM_DEVICE` asks for: `auto` (the default), `cpu`, `cuda` or `metal`.
///
/// `auto` takes the GPU that this build has a feature for, and the CPU otherwise.
///
/// # Errors
/// When the name is unknown, or the named device cannot be opened.
pub fn device() -> Result<Device, DeviceError> {
    let name = std::env::var("VLM_DEVICE").unwrap_or_else(|_| "auto".to_owned());
    named_device(&name)
}

/// The device called `name`; see [`device`].
///
/// # Errors
/// When the name is unknown, or the named device cannot be opened.
pub fn named_device(name: &str) -> Result<Device, DeviceError> {
    match name {
        "cpu" => Ok(Device::Cpu),
        "cuda" => Device::new_cuda(0).map_err(|source| DeviceError::Unavailable { name: "cuda", source }),
        "metal" => Device::new_metal(0).map_err(|source| DeviceError::Unavailable { name: "metal", source }),
        "auto" | "" if cfg!(feature = "cuda") => named_device("cuda"),
        "auto" | "" if cfg!(feature = "metal") => named_device("metal"),
        "auto" | "" => Ok(Device::Cpu),
        other => Err(DeviceError::UnknownName(other.to_owned())),
    }
}
