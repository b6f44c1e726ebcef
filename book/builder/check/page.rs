//! A finished page, as far as programs are concerned: its size, its anchors and headings, and what it refers to.

use std::cell::RefCell;
use std::collections::BTreeSet;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

/// What a page contains.
#[derive(Debug, Default)]
pub struct Page {
    /// Its size.
    pub bytes: usize,
    /// What `#…` can lead to.
    pub ids: BTreeSet<String>,
    /// Its headings, the title first.
    pub headings: Vec<Heading>,
    /// What it links to or loads.
    pub references: Vec<Reference>,
    /// Whether a heading is being read.
    in_heading: bool,
}

/// A heading of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// What `#…` leads to it.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// An address in a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference {
    /// The address, without the percent signs of its spelling.
    pub url: String,
    /// Whether the browser loads it by itself; a link waits for a click.
    pub is_loaded: bool,
}

impl Page {
    /// Reads the HTML of a page.
    pub fn read(html: &str) -> Self {
        let sink = Sink::default();
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(sink, html5ever::tokenizer::TokenizerOpts::default());
        let _ = tokenizer.feed(&input); // no script asks for a pause: our sink never does
        tokenizer.end();
        Self { bytes: html.len(), ..tokenizer.sink.0.into_inner() }
    }

    fn observe(&mut self, tag: &Tag) {
        let attribute =
            |name: &str| tag.attrs.iter().find(|other| &*other.name.local == name).map(|found| &*found.value);
        let id = attribute("id").map(str::to_owned);
        if let Some(id) = id.clone().filter(|_| is_heading(&tag.name)) {
            self.headings.push(Heading { id, text: String::new() });
            self.in_heading = true;
        }
        self.ids.extend(id);
        let (name, is_loaded) = match &*tag.name {
            "a" | "area" => ("href", false),
            "link" => ("href", attribute("rel").is_none_or(|rel| rel != "canonical")),
            _ => ("src", true),
        };
        if let Some(url) = attribute(name).filter(|url| !url.is_empty()) {
            self.references.push(Reference { url: decoded(url), is_loaded });
        }
    }
}

fn is_heading(tag: &str) -> bool {
    ["h1", "h2", "h3", "h4"].contains(&tag)
}

/// Takes note of tags and of headings as they are read.
#[derive(Default)]
struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                page.observe(&tag);
                // What stands in a script is no markup.
                if &*tag.name == "script" {
                    return TokenSinkResult::RawData(html5ever::tokenizer::states::RawKind::ScriptData);
                }
            }
            Token::TagToken(tag) if is_heading(&tag.name) => page.in_heading = false,
            Token::CharacterTokens(text) if page.in_heading => {
                page.headings.iter_mut().next_back().into_iter().for_each(|heading| heading.text.push_str(&text));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// An address in which `%C3%A9` has become `é`; what is no such spelling stays.
fn decoded(url: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), url.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_wait_and_pictures_are_loaded() {
        let page = Page::read(
            "<h2 id=a>x</h2><a href='b.html#%E2%88%9A'>y</a><img src='c.png'><script>'<a href=no>'</script>",
        );
        assert!(page.ids.contains("a"));
        let expected = [("b.html#√", false), ("c.png", true)];
        assert_eq!(page.references, expected.map(|(url, is_loaded)| Reference { url: url.to_owned(), is_loaded }));
    }
}
