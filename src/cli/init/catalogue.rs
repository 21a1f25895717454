//! The catalogue cut into its services, comments and all.

use crate::config::closest;
use crate::model::slug;

const TEXT: &str = include_str!("../../../sources.toml");

/// What begins the line above each service.
const RULE: &str = "# ── ";

/// Written when nobody says otherwise.
const USUAL: [&str; 5] = ["openai", "anthropic", "google-gemini-api", "azure-openai", "amazon-bedrock"];

const HEAD: &str = r#"# What fineprint watches. Every [[source]] stands alone: delete what you don't depend on, add what is missing; service,
# terms and url are enough. History hangs on a source's id, which is made from its titles; if you rename a source, set `id`
# to the old one (`openai/usage-policies`).

[defaults]
schedule = "every 6h"            # or a crontab line: "0 */6 * * *", with timezone = "Europe/Paris"
# notify = ["ops"]               # the channels that are told

# Where notices go: a signed request (Standard Webhooks). `fineprint notices --test ops` tries it.
# [channels.ops.webhook]
# url = "https://hooks.example.com/fineprint"
# secret = "${FINEPRINT_WEBHOOK_SECRET}"       # make one: echo whsec_$(openssl rand -base64 32)

# Whom a provider can write to about these visits; it goes into the User-Agent.
# [fetch]
# contact = "mailto:ops@example.com"
"#;

pub(super) struct Catalogue {
    pub(super) services: Vec<Service>,
}

/// One service as the catalogue has it.
pub(super) struct Service {
    pub(super) name: &'static str,
    /// Its part of the file, from its rule on.
    text: &'static str,
}

impl Catalogue {
    /// The one that comes with the program.
    pub(super) fn embedded() -> Self {
        let starts: Vec<usize> =
            TEXT.match_indices(RULE).map(|(at, _)| at).filter(|at| TEXT[..*at].ends_with('\n')).collect();
        let ends = starts.iter().skip(1).copied().chain([TEXT.len()]);
        let services = starts.iter().zip(ends).map(|(start, end)| {
            let text = TEXT[*start..end].trim_end();
            let title = text.lines().next().unwrap_or_default().trim_start_matches(RULE);
            Service { name: title.trim_end_matches(['─', ' ']), text }
        });
        Self { services: services.collect() }
    }

    /// A service by its name or its slug; otherwise the slug of one that may be meant.
    pub(super) fn find(&self, name: &str) -> Result<&Service, Option<String>> {
        let wanted = slug(name);
        let is_like = |s: &&Service| !wanted.is_empty() && s.slug().contains(&wanted);
        match self.services.iter().find(|s| s.slug() == wanted) {
            Some(service) => Ok(service),
            None => Err(self.services.iter().find(is_like).map(Service::slug).or_else(|| {
                let slugs: Vec<String> = self.services.iter().map(Service::slug).collect();
                let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
                closest(&wanted, &slugs).map(str::to_owned)
            })),
        }
    }

    /// The places of those that most depend on.
    pub(super) fn usual(&self) -> Vec<usize> {
        (0..self.services.len()).filter(|i| USUAL.contains(&self.services[*i].slug().as_str())).collect()
    }

    /// A sources.toml that watches these services.
    pub(super) fn file(&self, services: &[&Service]) -> String {
        let sections: String = services.iter().flat_map(|service| ["\n", service.text, "\n"]).collect();
        format!("{HEAD}{sections}")
    }
}

impl Service {
    /// Its name as in the ids of its sources.
    pub(super) fn slug(&self) -> String {
        slug(self.name)
    }

    /// How many pages of it are watched.
    pub(super) fn sources(&self) -> usize {
        self.text.lines().filter(|line| line.trim() == "[[source]]").count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn parse(text: &str) -> Config {
        Config::parse("sources.toml".as_ref(), text, &|_| None).unwrap()
    }

    #[test]
    fn every_service_makes_a_file_that_can_be_read() {
        let catalogue = Catalogue::embedded();
        assert!(catalogue.services.len() > 20);
        assert_eq!(catalogue.usual().len(), USUAL.len());
        for service in &catalogue.services {
            let config = parse(&catalogue.file(&[service]));
            assert_eq!(config.sources.len(), service.sources(), "{}", service.name);
            assert!(!config.sources.is_empty(), "{}", service.name);
            assert!(config.sources.iter().all(|s| s.service == service.name), "{}", service.name);
        }
    }

    #[test]
    fn all_of_them_are_the_catalogue() {
        let catalogue = Catalogue::embedded();
        let all: Vec<_> = catalogue.services.iter().collect();
        assert_eq!(parse(&catalogue.file(&all)).sources, parse(TEXT).sources);
    }

    #[test]
    fn what_is_commented_out_works_when_it_is_uncommented() {
        let settings = ["notify = ", "[channels", "url = ", "secret = ", "[fetch]", "contact = "];
        let uncomment = |line: &str| match line.strip_prefix("# ") {
            Some(rest) if settings.iter().any(|s| rest.starts_with(s)) => format!("{rest}\n"),
            _ => format!("{line}\n"),
        };
        let text: String = HEAD.lines().map(uncomment).collect();
        let secret = |_: &str| Some("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned());
        let config = Config::parse("sources.toml".as_ref(), &text, &secret).unwrap();
        assert_eq!(config.channels.len(), 1);
        assert!(config.fetch.contact.is_some());
    }

    #[test]
    fn a_service_is_found_by_name_and_guessed_at() {
        let catalogue = Catalogue::embedded();
        for name in ["openai", "OpenAI", "Google Gemini API", "google-gemini-api"] {
            assert!(catalogue.find(name).is_ok(), "{name}");
        }
        assert_eq!(catalogue.find("gemini").err(), Some(Some("google-gemini-api".to_owned())));
        assert_eq!(catalogue.find("no such").err(), Some(None));
    }
}
