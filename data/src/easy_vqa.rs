//! easy-VQA: questions about one coloured shape, with the authors' own split.
//!
//! A small benchmark with numbers to compare with. Guessing from the question alone is right in 66.9 % of the test
//! questions, so anything above that is seeing.

use std::path::Path;

use image::{ImageReader, RgbImage};

use crate::{
    DataError, data_folder,
    error::{read_error, read_text},
    sheet::{VQA_COLUMNS, cut_cell},
};

/// Which part of the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// 4,000 pictures and 38,575 questions to learn from.
    Train,
    /// 1,000 pictures and 9,673 questions to be tested on.
    Test,
}

impl Split {
    fn slug(self) -> &'static str {
        match self {
            Split::Train => "train",
            Split::Test => "test",
        }
    }
}

/// One question about one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VqaQuestion {
    /// Number of the picture in [`EasyVqa::pictures`].
    pub picture: usize,
    /// The question, in lower case.
    pub text: String,
    /// Number of the answer in [`EasyVqa::answers`].
    pub answer: usize,
}

/// One split of easy-VQA.
#[derive(Debug)]
pub struct EasyVqa {
    /// The pictures, 64×64.
    pub pictures: Vec<RgbImage>,
    /// The questions, in the order of the pictures.
    pub questions: Vec<VqaQuestion>,
    /// The thirteen possible answers.
    pub answers: Vec<String>,
}

impl EasyVqa {
    /// Reads one split from the [data folder](data_folder).
    ///
    /// # Errors
    /// When a file is missing or does not fit the others.
    pub fn load(split: Split) -> Result<Self, DataError> {
        Self::load_from(&data_folder(), split)
    }

    /// Reads one split from another copy of the data folder.
    ///
    /// # Errors
    /// As [`EasyVqa::load`].
    pub fn load_from(data_folder: &Path, split: Split) -> Result<Self, DataError> {
        let folder = data_folder.join("easy-vqa");
        let texts = read_lines(&folder.join("questions.txt"))?;
        let answers = read_lines(&folder.join("answers.txt"))?;
        let table = folder.join(format!("{}.txt", split.slug()));
        let lines = read_lines(&table)?;
        let mut questions = Vec::new();
        for (picture, line) in lines.iter().enumerate() {
            for entry in line.split_whitespace() {
                let question = parse_entry(entry, picture, &texts, answers.len());
                questions.push(question.ok_or_else(|| DataError::Line {
                    path: table.clone(),
                    line: picture + 1,
                    problem: format!("expected the numbers of a question and an answer, such as 12:3, found {entry:?}"),
                })?);
            }
        }
        let pictures = read_pictures(&folder.join(format!("{}.png", split.slug())), lines.len())?;
        Ok(Self { pictures, questions, answers })
    }
}

fn read_lines(path: &Path) -> Result<Vec<String>, DataError> {
    Ok(read_text(path)?.lines().map(String::from).collect())
}

/// Reads `question:answer`.
fn parse_entry(entry: &str, picture: usize, texts: &[String], answers: usize) -> Option<VqaQuestion> {
    let (question, answer) = entry.split_once(':')?;
    let text = texts.get(question.parse::<usize>().ok()?)?.clone();
    let answer = answer.parse().ok().filter(|&answer| answer < answers)?;
    Some(VqaQuestion { picture, text, answer })
}

fn read_pictures(path: &Path, count: usize) -> Result<Vec<RgbImage>, DataError> {
    let inconsistent = |problem: String| DataError::Inconsistent { path: path.to_path_buf(), problem };
    let reader = ImageReader::open(path).map_err(|source| read_error(path, source, true))?;
    let sheet = reader.decode().map_err(|error| inconsistent(error.to_string()))?.into_rgb8();
    let cut = (0..count).map(|index| {
        cut_cell(&sheet, index, VQA_COLUMNS)
            .ok_or_else(|| inconsistent(format!("picture {index} of {count} lies outside the sheet")))
    });
    cut.collect()
}
