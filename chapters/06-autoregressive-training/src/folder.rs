//! Fine-tuning on somebody's own pictures.

use data::DataError;
use foundations::random::{generator_at, permutation};

use crate::mixture::ExampleSource;
use crate::tasks::TaskExample;

/// A fixed list of examples, gone through again and again, each time in another order: none is seen twice before all have
/// been seen once, which matters when there are few.
#[derive(Debug)]
pub struct FolderSource {
    examples: Vec<TaskExample>,
    batch_size: usize,
    seed: u64,
}

impl FolderSource {
    /// These examples, `batch_size` at a time; nothing where there are none.
    pub fn new(examples: Vec<TaskExample>, batch_size: usize, seed: u64) -> Option<Self> {
        (!examples.is_empty()).then_some(Self { examples, batch_size, seed })
    }
}

impl ExampleSource for FolderSource {
    fn example(&self, step: u64, row: u64) -> Result<TaskExample, DataError> {
        // ANCHOR: folder_example
        let place = step * self.batch_size as u64 + row;
        let many = self.examples.len();
        let (pass, within) = (place / many as u64, place % many as u64);
        let order = permutation(many, &mut generator_at(self.seed, "folder", pass));
        Ok(self.examples[order[within as usize]].clone())
        // ANCHOR_END: folder_example
    }

    fn batch_size(&self) -> usize {
        self.batch_size
    }
}
