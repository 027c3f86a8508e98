//! What a form is made of.

/// A part of a form.
pub enum Part {
    /// A group of fields begins.
    Open(Group),
    /// It ends.
    Close {
        /// Whether it had a name.
        fieldset: bool,
    },
    /// A field.
    Field(Field),
    /// A button that asks for one more of a list.
    More {
        /// The name of the button.
        name: String,
        /// What stands on it.
        label: String,
    },
}

/// A group of fields.
pub struct Group {
    /// What it is called.
    pub legend: String,
    /// More about it.
    pub hint: Option<String>,
    /// How it looks.
    pub class: String,
    /// Whether its name is a heading among the answers.
    pub is_heading: bool,
    /// Whether its fields count: false for a kind of address that was not chosen.
    pub chosen: bool,
}

/// A field.
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its id in the page.
    pub id: String,
    /// What is asked.
    pub label: String,
    /// More about it.
    pub hint: Option<String>,
    /// What was typed.
    pub value: String,
    /// The value in words.
    pub shown: Option<String>,
    /// What is wrong.
    pub error: Option<String>,
    /// Whether it may be left blank.
    pub optional: bool,
    /// What a browser may fill in by itself.
    pub autocomplete: &'static str,
    /// What it looks like.
    pub control: Control,
}

/// What a field looks like.
pub enum Control {
    /// A line of text; the number is its width in characters.
    Text(u16),
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment.
    Moment,
    /// Lines of text.
    Area,
    /// One of a long list.
    Select(Vec<Choice>),
    /// One of a few.
    Radios(Vec<Choice>),
    /// Any number of these. Each is an item of a list: `name.0`, `name.1`.
    Checks(Vec<Choice>),
    /// A file. What was chosen is not shown again: browsers do not allow it.
    File,
    /// Not shown.
    Hidden,
}

/// What can be chosen.
pub struct Choice {
    /// Its value.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// One thing that is wrong.
pub struct Wrong {
    /// The id of the field, when it is about one.
    pub id: Option<String>,
    /// What is wrong, with the name of the field.
    pub text: String,
}

impl Field {
    /// The answer in words; empty when there is none or it is not for reading.
    pub fn answer(&self) -> String {
        match &self.control {
            Control::Hidden | Control::File => String::new(),
            Control::Select(choices) | Control::Radios(choices) => {
                choices.iter().find(|choice| choice.chosen).map(|choice| choice.label.clone()).unwrap_or_default()
            }
            Control::Checks(choices) => {
                let chosen = choices.iter().filter(|choice| choice.chosen);
                chosen.map(|choice| choice.label.as_str()).collect::<Vec<_>>().join("; ")
            }
            Control::Text(_) | Control::Number | Control::Date | Control::Moment | Control::Area => {
                self.shown.clone().unwrap_or_else(|| self.value.clone())
            }
        }
    }

    /// The ids of what describes it, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl Field {
    /// The class that makes it as wide as what it is for.
    pub fn width(&self) -> &'static str {
        match self.control {
            Control::Text(width) if width <= 10 => "width-8",
            Control::Number => "width-8",
            Control::Text(width) if width <= 40 => "width-20",
            Control::Date | Control::Moment => "width-12",
            Control::Text(_)
            | Control::Area
            | Control::Select(_)
            | Control::Radios(_)
            | Control::Checks(_)
            | Control::File
            | Control::Hidden => "width-full",
        }
    }

    /// The type of the input.
    pub fn kind(&self) -> &'static str {
        match self.control {
            Control::Date => "date",
            Control::Moment => "datetime-local",
            Control::File => "file",
            Control::Text(_)
            | Control::Number
            | Control::Area
            | Control::Select(_)
            | Control::Radios(_)
            | Control::Checks(_)
            | Control::Hidden => "text",
        }
    }

    /// Whether a file is chosen.
    pub fn is_file(&self) -> bool {
        matches!(self.control, Control::File)
    }

    /// Whether digits are typed into it.
    pub fn is_number(&self) -> bool {
        matches!(self.control, Control::Number)
    }
}
