//! `fineprint init`

mod catalogue;

use std::fs::File;
use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::Parser;

use super::print::count;
use super::{Failure, Global, exit};
use catalogue::{Catalogue, Service};

/// Write a starter sources.toml: pick the services you depend on
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint init                                        asks which services
  fineprint init --service openai,anthropic             doesn't ask
  fineprint init --all --output /etc/fineprint/sources.toml
  fineprint init --list                                 the services of the catalogue

The catalogue comes with fineprint: pages of AI providers that decide whether an account keeps working, with a \
comment on what each is for. Anything else is four lines in the same file.")]
pub(super) struct Args {
    /// A service to watch, as --list has it; several with commas, or given more than once
    #[arg(long = "service", value_name = "SERVICE", value_delimiter = ',')]
    services: Vec<String>,
    /// Watch all services of the catalogue
    #[arg(long, conflicts_with = "services")]
    all: bool,
    /// List the services and end
    #[arg(long, conflicts_with_all = ["services", "all"])]
    list: bool,
    /// Where to write; - is standard output [default: --config, else ./sources.toml]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite the file if there is one
    #[arg(long)]
    force: bool,
}

pub(super) fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let catalogue = Catalogue::embedded();
    if args.list {
        list(&mut anstream::stdout().lock(), &catalogue, &[])?;
        return Ok(exit::DONE);
    }
    let path = args.output.or_else(|| global.config.clone()).unwrap_or_else(|| "sources.toml".into());
    if !args.force && path.exists() {
        // Said before anything is asked.
        return Err(exists(&path));
    }
    let chosen = match args.all {
        true => catalogue.services.iter().collect(),
        false if args.services.iter().all(|name| name.trim().is_empty()) => ask(&catalogue)?,
        false => named(&catalogue, &args.services)?,
    };
    let text = catalogue.file(&chosen);
    if path.as_os_str() == "-" {
        io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(exit::DONE);
    }
    write(&path, &text, args.force)?;
    let sources: usize = chosen.iter().map(|service| service.sources()).sum();
    let (sources, services) = (count(sources as u64, "source"), count(chosen.len() as u64, "service"));
    let mut out = anstream::stdout().lock();
    writeln!(out, "Wrote {}: {sources} of {services}. Next:", path.display())?;
    writeln!(out, "  1. open it: add a channel and a contact at the top, delete what you don't need")?;
    let config = match path == Path::new("sources.toml") {
        true => String::new(),
        false => format!(" --config {}", path.display()),
    };
    writeln!(out, "  2. fineprint check{config}      look at every page once")?;
    writeln!(out, "  3. fineprint watch{config}      keep looking, and be told when a policy changes")?;
    Ok(exit::DONE)
}

/// Creates the file; never follows a race into overwriting one.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let mut options = File::options();
    options.write(true);
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => Failure::usage(format!("error: cannot write {}: {e}", path.display())),
    })
}

fn exists(path: &Path) -> Failure {
    Failure::usage(format!("error: {} exists already", path.display()))
        .hint("`--output` names another file, `--force` overwrites this one")
}

/// The services with these names, in the order of the catalogue.
fn named<'a>(catalogue: &'a Catalogue, names: &[String]) -> Result<Vec<&'a Service>, Failure> {
    let mut chosen = Vec::new();
    // `--service "openai, anthropic"` has spaces, and a comma at its end names nothing.
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        chosen.push(catalogue.find(name).map_err(|near| {
            let failure = Failure::usage(format!("error: the catalogue has no service `{name}`"));
            match near {
                Some(near) => {
                    failure.hint(format!("did you mean `{near}`? `fineprint init --list` lists them"))
                }
                None => failure
                    .hint("`fineprint init --list` lists them; any other page is four lines in sources.toml"),
            }
        })?);
    }
    Ok(catalogue.services.iter().filter(|s| chosen.iter().any(|c| c.name == s.name)).collect())
}

fn list(out: &mut impl Write, catalogue: &Catalogue, marked: &[usize]) -> io::Result<()> {
    let dim = anstyle::Style::new().dimmed();
    for (i, service) in catalogue.services.iter().enumerate() {
        let mark = if marked.contains(&i) { '*' } else { ' ' };
        let (name, slug, sources) = (service.name, service.slug(), count(service.sources() as u64, "source"));
        writeln!(out, "{mark}{:>3}  {name:<28} {dim}{slug:<28} {sources}{dim:#}", i + 1)?;
    }
    Ok(())
}

/// Asks on the terminal until the answer can be read; an empty one means the services most depend on.
fn ask(catalogue: &Catalogue) -> Result<Vec<&Service>, Failure> {
    let mut err = anstream::stderr().lock();
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::usage("error: which services?")
            .hint("`--service NAME,NAME`, or `--all`; `fineprint init --list` lists them"));
    }
    let usual = catalogue.usual();
    list(&mut err, catalogue, &usual)?;
    let mut answers = io::stdin().lock().lines();
    loop {
        write!(err, "Which do you depend on? (as in 1 3 5-7, or all; Enter: those with a *) ")?;
        err.flush()?;
        let Some(answer) = answers.next().transpose()? else {
            return Err(Failure::usage("error: no answer; nothing was written"));
        };
        let chosen = match answer.trim() {
            "" => Ok(usual.clone()),
            answer => numbers(answer, catalogue.services.len()),
        };
        match chosen {
            Ok(chosen) => return Ok(chosen.into_iter().map(|i| &catalogue.services[i]).collect()),
            Err(why) => writeln!(err, "{why}")?,
        }
    }
}

/// The places that an answer names, from 0, each once and in order.
fn numbers(answer: &str, n: usize) -> Result<Vec<usize>, String> {
    if answer.eq_ignore_ascii_case("all") {
        return Ok((0..n).collect());
    }
    let mut chosen = std::collections::BTreeSet::new();
    for part in answer.split([' ', ',']).filter(|part| !part.is_empty()) {
        let number = |text: &str| match text.parse::<usize>() {
            Ok(number @ 1..) if number <= n => Ok(number - 1),
            _ => Err(format!("`{part}` is not a number from 1 to {n}")),
        };
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        chosen.extend(number(from)?..=number(to)?);
    }
    if chosen.is_empty() { Err("no number found".to_owned()) } else { Ok(chosen.into_iter().collect()) }
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn an_answer_names_services_by_number() {
        assert_eq!(numbers("3 1,5-7  1", 9).unwrap(), [0, 2, 4, 5, 6]);
        assert_eq!(numbers("ALL", 3).unwrap(), [0, 1, 2]);
        for (answer, why) in [
            ("0", "`0` is not a number from 1 to 9"),
            ("10", "`10` is not a number from 1 to 9"),
            ("2-x", "`2-x` is not a number from 1 to 9"),
            ("openai", "`openai` is not a number from 1 to 9"),
            (", ,", "no number found"),
            ("7-5", "no number found"),
        ] {
            assert_eq!(numbers(answer, 9).unwrap_err(), why);
        }
    }
}
