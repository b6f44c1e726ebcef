//! `cargo course doctor`: is this computer ready?

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;
use serde::Serialize;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::course::Course;
use crate::outcome::{Outcome, green, yellow};
use crate::run::cargo;
use crate::workshop::{State, has_space};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    found: String,
    /// What to do, where something should be done.
    remedy: Option<String>,
}

/// Looks at the toolchain, the processor, the memory, the device, the disk and the speed. Changes nothing.
///
/// # Errors
/// When the findings cannot be written as JSON.
pub fn run(course: &Course, place: &Path) -> Result<Outcome> {
    let findings = [
        rust(course),
        compiler(),
        processor(),
        threads(),
        memory(),
        device(),
        disk(place),
        speed(),
        path(course),
        workshop(place),
    ];
    let mut text = String::new();
    for finding in &findings {
        let sign = if finding.remedy.is_some() { yellow("!") } else { green("✓") };
        text.push_str(&format!("{sign} {:<11} {}\n", finding.what, finding.found));
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("              {remedy}\n"));
        }
    }
    let good = findings.iter().all(|finding| finding.remedy.is_none());
    Ok(Outcome { good, ..Outcome::new(text, &findings)? })
}

fn rust(course: &Course) -> Finding {
    let wanted = std::fs::read_to_string(course.root.join("Cargo.toml"))
        .ok()
        .and_then(|text| text.parse::<toml::Table>().ok())
        .and_then(|manifest| {
            Some(manifest.get("workspace")?.get("package")?.get("rust-version")?.as_str()?.to_owned())
        });
    let wanted = wanted.unwrap_or_else(|| "1.90".to_owned());
    let version = first_line(cargo(&course.root).arg("--version"));
    let found = version.clone().unwrap_or_else(|| "cargo does not answer".to_owned());
    let number = |text: &str| -> Option<(u32, u32)> {
        let mut parts = text.split(['.', '-']).map(str::parse);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    };
    let have = version.as_deref().and_then(|line| line.split(' ').nth(1)).and_then(number);
    let remedy = (have < number(&wanted)).then(|| format!("Rust {wanted} or newer is needed: `rustup update`"));
    Finding { what: "Rust", found, remedy }
}

fn compiler() -> Finding {
    match first_line(Command::new("cc").arg("--version")) {
        Some(found) => Finding { what: "C compiler", found, remedy: None },
        None => Finding {
            what: "C compiler",
            found: "`cc` does not answer".to_owned(),
            remedy: Some(
                "`cargo vlm` needs one for its memory allocator: on Debian `apt install build-essential`".to_owned(),
            ),
        },
    }
}

fn processor() -> Finding {
    let system = System::new_with_specifics(RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()));
    let name = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).filter(|name| !name.is_empty());
    Finding { what: "processor", found: name.unwrap_or_else(|| std::env::consts::ARCH.to_owned()), remedy: None }
}

/// Training takes up to three gigabytes, and so does compiling with several cores.
fn memory() -> Finding {
    const NEEDED: f64 = 3.0;
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(MemoryRefreshKind::everything()));
    let gib = |bytes: u64| bytes as f64 / (1u64 << 30) as f64;
    let (free, all) = (gib(system.available_memory()), gib(system.total_memory()));
    let remedy = (all > 0.0 && free < NEEDED)
        .then(|| format!("compiling and training take up to {NEEDED} GiB; close other programs while they run"));
    let found = if all > 0.0 { format!("{free:.1} of {all:.1} GiB free") } else { "unknown".to_owned() };
    Finding { what: "memory", found, remedy }
}

fn threads() -> Finding {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let limit = std::env::var("RAYON_NUM_THREADS").ok();
    let remedy = match limit.as_deref().map(str::parse::<usize>) {
        Some(Err(_)) => Some("RAYON_NUM_THREADS is no number; unset it".to_owned()),
        Some(Ok(limit)) if limit > all => {
            Some("RAYON_NUM_THREADS asks for more threads than there are; lower it".to_owned())
        }
        _ => None,
    };
    let limit = limit.map_or_else(String::new, |limit| format!(", RAYON_NUM_THREADS={limit}"));
    Finding { what: "threads", found: format!("{all}{limit}"), remedy }
}

fn device() -> Finding {
    let chosen = std::env::var("VLM_DEVICE").unwrap_or_else(|_| "auto".to_owned());
    let known = ["auto", "cpu", "cuda", "metal"].contains(&chosen.as_str());
    let remedy = (!known).then(|| "VLM_DEVICE is auto, cpu, cuda or metal; unset it".to_owned());
    Finding { what: "device", found: format!("VLM_DEVICE={chosen}"), remedy }
}

/// Space where the workshop is, asked from `df`, which every Unix has.
fn disk(place: &Path) -> Finding {
    let folder = place.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let output = Command::new("df").args(["-Pk"]).arg(folder).output().ok();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let free =
        text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|kib| kib.parse::<u64>().ok());
    match free.map(|kib| kib as f64 / (1024.0 * 1024.0)) {
        Some(gib) => Finding {
            what: "disk",
            found: format!("{gib:.1} GiB free"),
            remedy: (gib < 4.0).then(|| "building and training take about 4 GiB; make room".to_owned()),
        },
        None => Finding { what: "disk", found: "unknown".to_owned(), remedy: None },
    }
}

/// A product of two matrices in plain Rust, of one thread: enough to see that the compiler optimises.
fn speed() -> Finding {
    const N: usize = 256;
    let (a, b) = (vec![1.5f32; N * N], vec![0.5f32; N * N]);
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let begin = Instant::now();
        let mut c = vec![0f32; N * N];
        for (row, out) in a.chunks_exact(N).zip(c.chunks_exact_mut(N)) {
            for (factor, line) in row.iter().zip(b.chunks_exact(N)) {
                for (sum, value) in out.iter_mut().zip(line) {
                    *sum += factor * value;
                }
            }
        }
        std::hint::black_box(&c);
        best = best.min(begin.elapsed().as_secs_f64());
    }
    let gigaflops = 2.0 * (N * N * N) as f64 / best / 1e9;
    Finding {
        what: "speed",
        found: format!("{gigaflops:.1} GFLOP/s in a plain {N}×{N} product on one thread"),
        remedy: (gigaflops < 0.5).then(|| "that is very slow; is something else using the processor?".to_owned()),
    }
}

fn path(course: &Course) -> Finding {
    let remedy = has_space(course).then(|| super::spaced(course));
    Finding { what: "course", found: course.root.display().to_string(), remedy }
}

fn workshop(place: &Path) -> Finding {
    let found =
        if State::is_at(place) { place.display().to_string() } else { "none yet; `cargo course` makes one".to_owned() };
    let readonly = std::fs::metadata(place).is_ok_and(|folder| folder.permissions().readonly());
    let remedy = readonly.then(|| "it cannot be written to; change its owner or mode".to_owned());
    Finding { what: "workshop", found, remedy }
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}
