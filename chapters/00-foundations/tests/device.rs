//! The device: one name, one decision, and an error that says what to do.

use foundations::device::{DeviceError, named_device};

/// The CPU is always there.
#[test]
fn the_cpu_can_always_be_opened() -> Result<(), DeviceError> {
    assert!(named_device("cpu")?.is_cpu());
    Ok(())
}

/// Without a GPU feature, "auto" is the CPU; and an empty variable means "auto".
#[test]
fn auto_is_the_cpu_unless_built_for_a_gpu() -> Result<(), DeviceError> {
    if !cfg!(any(feature = "cuda", feature = "metal")) {
        assert!(named_device("auto")?.is_cpu());
        assert!(named_device("")?.is_cpu());
    }
    Ok(())
}

/// A misspelt name is not silently the CPU.
#[test]
fn an_unknown_name_is_refused_with_the_four_known_ones() {
    for name in ["gpu", "CPU", "cuda:1", " cpu"] {
        let message = named_device(name).expect_err("this is not one of the four names").to_string();
        for part in [name, "auto", "cpu", "cuda", "metal"] {
            assert!(message.contains(part), "the error should mention '{part}': {message}");
        }
    }
}

/// A device that this build cannot open is an error that says how to get one that can.
#[test]
fn a_device_that_is_not_there_says_what_to_do() {
    let absent = [("cuda", cfg!(feature = "cuda")), ("metal", cfg!(feature = "metal"))];
    for (name, _) in absent.into_iter().filter(|(_, built)| !built) {
        let message = named_device(name).expect_err("built without it").to_string();
        assert!(message.contains(&format!("--features {name}")) && message.contains("VLM_DEVICE=cpu"), "{message}");
    }
}
