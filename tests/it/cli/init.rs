//! `init`, and what the program says of itself.

use insta::assert_snapshot;

use super::*;

#[test]
fn init_writes_what_was_asked_for_and_overwrites_nothing() {
    let place = Place::new();
    assert_snapshot!(place.run("init --service openai --service Anthropic"), @"
    Wrote sources.toml: 48 sources of 2 services. Next:
      1. open it: add a channel and a contact at the top, delete what you don't need
      2. fineprint check      look at every page once
      3. fineprint watch      keep looking, and be told when a policy changes
    ");
    let written = std::fs::read_to_string(place.path("sources.toml")).unwrap();
    assert!(written.contains("# ── OpenAI ──") && !written.contains("Mistral"));
    assert_snapshot!(place.run("init --all"), @"
    ! error: sources.toml exists already
    ! hint: `--output` names another file, `--force` overwrites this one
    exit code 2
    ");
    assert_eq!(std::fs::read_to_string(place.path("sources.toml")).unwrap(), written);
    assert_snapshot!(place.run("init --service mistral-ai --force"), @"
    Wrote sources.toml: 10 sources of 1 service. Next:
      1. open it: add a channel and a contact at the top, delete what you don't need
      2. fineprint check      look at every page once
      3. fineprint watch      keep looking, and be told when a policy changes
    ");
    assert_snapshot!(place.run("status mistral-ai/pricing"), @"
    HEALTH    CHECKED    CHANGED    NEXT       SOURCE
    new       –          –          –          mistral-ai/pricing

    1 source, none checked yet: `fineprint check` looks now, `fineprint watch` keeps
    looking.
    ");
    assert_snapshot!(place.run("init --service mistral --output other.toml"), @"
    ! error: the catalogue has no service `mistral`
    ! hint: did you mean `mistral-ai`? `fineprint init --list` lists them
    exit code 2
    ");
    assert_snapshot!(place.run("init --output other.toml"), @"
    ! error: which services?
    ! hint: `--service NAME,NAME`, or `--all`; `fineprint init --list` lists them
    exit code 2
    ");
    assert!(!exists(&place.path("other.toml")));
    assert!(place.run("init --all --output -").starts_with("# What fineprint watches."));
}

#[test]
fn services_are_named_with_commas_or_one_by_one() {
    let place = Place::new();
    let written = |services: &str| {
        let printed = place.run(&format!("init {services} --output -"));
        assert!(printed.contains("# ── OpenAI ──") && printed.contains("# ── Anthropic ──"), "{services}");
        assert!(!printed.contains("Mistral"), "{services}");
        printed
    };
    let one_by_one = written("--service openai --service anthropic");
    for commas in ["--service openai,anthropic", "--service anthropic,openai,", "--service=Anthropic,OpenAI"]
    {
        assert_eq!(written(commas), one_by_one, "{commas}");
    }
    assert!(place.run("init --service mistral-ai,opnai").contains("did you mean `openai`?"));
    assert_snapshot!(place.run("init --service openai,mistral"), @"
    ! error: the catalogue has no service `mistral`
    ! hint: did you mean `mistral-ai`? `fineprint init --list` lists them
    exit code 2
    ");
    assert_snapshot!(place.run("init --service ,"), @"
    ! error: which services?
    ! hint: `--service NAME,NAME`, or `--all`; `fineprint init --list` lists them
    exit code 2
    ");
    assert!(!exists(&place.path("sources.toml")));
}

#[test]
fn the_manual_has_a_page_for_each_command_and_each_help_has_examples() {
    let place = Place::new();
    assert_eq!(place.run("man --dir man"), "");
    assert!(place.run("man").contains(".TH fineprint 1"));
    for command in
        ["status", "log", "diff", "show", "try", "notices", "init", "import-warc", "completions", "man"]
    {
        let page = std::fs::read_to_string(place.path(&format!("man/fineprint-{command}.1"))).unwrap();
        assert!(page.contains("Examples:"), "{command}");
        let help = place.run(&format!("{} --help", command.replace('-', " ")));
        assert!(help.contains("Examples:\n  "), "{command}");
        let examples = help.lines().filter(|line| line.contains("  fineprint "));
        examples.for_each(|line| assert!(line.chars().count() <= 80, "too long for a terminal: {line}"));
    }
}

#[test]
fn completions_name_the_commands() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.run(&format!("completions {shell}"));
        assert!(script.contains("notices") && script.contains("retry"), "{shell}");
    }
}
