//! What the HELP of a container answers.

use crate::resp::Reply;

/// Answers the HELP of `container`: `lines` are pairs of a subcommand with its arguments, and what it does.
pub fn help(container: &str, lines: &[(&str, &[&str])], out: &mut Reply<'_>) {
    let own: usize = lines.iter().map(|(_, about)| 1 + about.len()).sum();
    out.array(own + 3);
    out.simple(&format!("{container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"));
    for (usage, about) in lines.iter().chain(&[("HELP", &["Prints this help."][..])]) {
        out.simple(usage);
        for line in *about {
            out.simple(&format!("    {line}"));
        }
    }
}
