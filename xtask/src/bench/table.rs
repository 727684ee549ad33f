//! Tables in Markdown, with a verdict where there is a budget.

/// A table being written.
pub(super) struct Table {
    text: String,
}

impl Table {
    /// With these columns.
    pub(super) fn new(columns: &[&str]) -> Self {
        let mut table = Self { text: String::new() };
        table.row(columns);
        table.row(&vec!["---"; columns.len()]);
        table
    }

    /// One more row.
    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }

    /// The whole table.
    pub(super) fn text(self) -> String {
        self.text
    }
}

/// `value` against a budget, both in milliseconds; a miss is noted.
pub(super) fn verdict(what: &str, value: f64, budget: f64, missed: &mut Vec<String>) -> String {
    if value <= budget {
        return format!("{budget} ms: kept");
    }
    missed.push(format!("{what}: {value:.1} ms, the budget is {budget} ms"));
    format!("{budget} ms: **missed**")
}

/// The one in the middle; 0 of none.
pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds with one digit behind the point.
pub(super) fn ms(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_budget_is_noted_and_a_kept_one_is_not() {
        let mut missed = Vec::new();
        assert_eq!(verdict("claim", 9.96, 10.0, &mut missed), "10 ms: kept");
        assert!(missed.is_empty());
        assert_eq!(verdict("claim", 12.3, 10.0, &mut missed), "10 ms: **missed**");
        assert_eq!(missed, ["claim: 12.3 ms, the budget is 10 ms"]);
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new(&["a", "b"]);
        table.row(&["1", "2"]);
        assert_eq!(table.text(), "| a | b |\n| --- | --- |\n| 1 | 2 |\n");
    }
}
