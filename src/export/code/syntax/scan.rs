//! A text that is gone through from its beginning to its end.

use crate::picture::theme::Syntax;
use std::ops::Range;

/// Where one is in a text, and what was found in it until there.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// From left to right; none overlap.
    pub(super) found: Vec<(Range<usize>, Syntax)>,
}

/// Whether a byte is part of a word; all beyond ASCII are, so that no character is cut.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            found: Vec::new(),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// What has not been gone through.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    pub(super) fn second(&self) -> Option<u8> {
        self.byte(self.at + 1)
    }

    pub(super) fn starts_with(&self, words: &str) -> bool {
        self.rest().starts_with(words)
    }

    /// The byte before this one.
    pub(super) fn before(&self) -> Option<u8> {
        self.byte(self.at.checked_sub(1)?)
    }

    /// Where the next byte is that is no space, on this line.
    fn past_spaces(&self) -> usize {
        let spaces = self.text.as_bytes().iter().skip(self.at);
        self.at + spaces.take_while(|it| **it == b' ').count()
    }

    pub(super) fn after_spaces(&self) -> Option<u8> {
        self.byte(self.past_spaces())
    }

    pub(super) fn second_after_spaces(&self) -> Option<u8> {
        self.byte(self.past_spaces() + 1)
    }

    /// Go on by so many bytes, and to the end of the character.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    pub(super) fn skip_if(&mut self, byte: u8) -> bool {
        let is_here = self.peek() == Some(byte);
        self.at += usize::from(is_here);
        is_here
    }

    /// Go on while bytes are so; answers with what was gone over. It must not stop inside a character.
    pub(super) fn skip_while(&mut self, is_so: impl Fn(u8) -> bool) -> &'a str {
        let begin = self.at;
        while self.peek().is_some_and(&is_so) {
            self.at += 1;
        }
        self.text.get(begin..self.at).unwrap_or_default()
    }

    pub(super) fn word(&mut self) -> &'a str {
        self.skip_while(is_word)
    }

    /// Go on to the end of this line, and not over it.
    pub(super) fn skip_line(&mut self) -> &'a str {
        self.skip_while(|it| it != b'\n')
    }

    /// Go on past these words, or to the end.
    pub(super) fn skip_past(&mut self, words: &str) {
        self.at = match self.rest().find(words) {
            Some(found) => self.at + found + words.len(),
            None => self.text.len(),
        };
    }

    /// Go on past a line that is this word and nothing else; one that is indented counts where that is allowed.
    pub(super) fn skip_heredoc(&mut self, word: &str, indented: bool) {
        self.skip_line();
        while self.skip_if(b'\n') {
            let line = self.skip_line().trim_end();
            let line = if indented { line.trim_start() } else { line };
            if line == word {
                return;
            }
        }
    }

    /// Go over `${…}` with all braces and quotes in it, but not over the end of the line.
    pub(super) fn skip_braces(&mut self) {
        let mut depth = 0_usize;
        let mut is_quoted = false;
        while let Some(here) = self.peek().filter(|it| *it != b'\n') {
            match here {
                b'\\' => self.skip(1),
                b'"' => is_quoted = !is_quoted,
                b'{' if !is_quoted => depth += 1,
                b'}' if !is_quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.skip(1);
            if here == b'}' && depth == 0 {
                return;
            }
        }
    }

    /// Everything from there to here is so.
    pub(super) fn push(&mut self, begin: usize, syntax: Syntax) {
        if begin >= self.at || syntax == Syntax::Plain {
            return;
        }
        match self.found.last_mut() {
            Some((last, held)) if last.end == begin && *held == syntax => last.end = self.at,
            _ => self.found.push((begin..self.at, syntax)),
        }
    }

    pub(super) fn rest_of_line(&mut self, syntax: Syntax) {
        let begin = self.at;
        self.skip_line();
        self.push(begin, syntax);
    }
}
