//! What pages say that stand in the place of a policy: errors, challenges, logins, parked domains.
//!
//! The words alone decide nothing: policies speak of access that is denied and of logins, too. They count in the title or a
//! heading of a page that is short.

use crate::diff::word_count;
use crate::model::Text;

/// What a page that is no policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Impostor {
    Error,
    Challenge,
    Login,
    Parked,
}

impl Impostor {
    /// What it is, for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Error => "an error",
            Self::Challenge => "a check for robots",
            Self::Login => "a login",
            Self::Parked => "a domain for sale",
        }
    }
}

/// What errors say of themselves, wherever it stands in a line.
const ERRORS: &[&str] = &[
    "page not found",
    "could not be found",
    "couldn't be found",
    "can't be found",
    "page does not exist",
    "page doesn't exist",
    "something went wrong",
    "an error occurred",
    "error has occurred",
    "application error",
    "internal server error",
    "server error",
    "bad gateway",
    "gateway timeout",
    "gateway time-out",
    "service unavailable",
    "temporarily unavailable",
    "access denied",
    "access to this page has been denied",
    "under maintenance",
    "be right back",
    "try again later",
    // Others than English.
    "page introuvable",
    "erreur est survenue",
    "accès refusé",
    "service indisponible",
    "en maintenance",
    "seite nicht gefunden",
    "nicht gefunden",
    "etwas ist schiefgelaufen",
    "fehler aufgetreten",
    "zugriff verweigert",
    "wartungsarbeiten",
    "página no encontrada",
    "no se encuentra",
    "algo ha salido mal",
    "algo salió mal",
    "se ha producido un error",
    "acceso denegado",
    "pagina non trovata",
    "accesso negato",
    "página não encontrada",
    "acesso negado",
    "pagina niet gevonden",
    "見つかりません",
    "エラーが発生しました",
    "アクセスが拒否されました",
    "メンテナンス中",
    "页面不存在",
    "找不到页面",
    "无法找到",
    "出错了",
    "访问被拒绝",
    "系统维护",
    "找不到網頁",
    "찾을 수 없습니다",
    "오류가 발생했습니다",
    "страница не найдена",
    "доступ запрещен",
    "الصفحة غير موجودة",
    "حدث خطأ",
    "تم رفض الوصول",
];

const CHALLENGES: &[&str] = &[
    "just a moment",
    "attention required",
    "verify you are human",
    "verify that you are human",
    "verifying you are human",
    "verifying your browser",
    "checking your browser",
    "checking if the site connection is secure",
    "are you a robot",
    "are you human",
    "not a robot",
    "security verification",
    "unusual traffic",
    "you have been blocked",
    "enable javascript",
    "enable cookies",
    "javascript is required",
    "javascript is disabled",
    "vérifiez que vous êtes humain",
    "vérification de sécurité",
    "activer javascript",
    "un instant",
    "bestätigen sie, dass sie ein mensch sind",
    "sicherheitsüberprüfung",
    "javascript aktivieren",
    "einen moment",
    "verifica que eres humano",
    "comprobación de seguridad",
    "un momento",
    "人間であることを確認",
    "しばらくお待ちください",
    "请稍候",
    "安全验证",
    "人机验证",
    "验证您是真人",
    "تحقق من أنك إنسان",
    "لحظة من فضلك",
];

/// What logins are called: the whole of a line, but for the name of the site.
const LOGINS: &[&str] = &[
    "log in",
    "login",
    "sign in",
    "sign in to continue",
    "log in to continue",
    "log in to your account",
    "sign in to your account",
    "welcome back",
    "connexion",
    "se connecter",
    "connectez-vous",
    "anmelden",
    "anmeldung",
    "einloggen",
    "iniciar sesión",
    "accedi",
    "entrar",
    "iniciar sessão",
    "inloggen",
    "ログイン",
    "サインイン",
    "登录",
    "登入",
    "로그인",
    "войти",
    "вход",
    "تسجيل الدخول",
];

const PARKED: &[&str] = &[
    "domain is for sale",
    "domain may be for sale",
    "domain name is for sale",
    "buy this domain",
    "domain has expired",
    "domain is parked",
    "domaine est à vendre",
    "domain steht zum verkauf",
    "dominio está en venta",
    "このドメインは販売",
    "域名出售",
];

/// A line that says what a page is has at most so many words.
const LINE: u64 = 14;

/// What a page says that it is instead of a policy, in its title or one of its headings; in any short line too, where
/// `anywhere`.
pub(super) fn impostor(text: &Text, anywhere: bool) -> Option<Impostor> {
    let lines = text
        .clauses
        .iter()
        .filter(|c| (anywhere && word_count(&c.text) <= LINE) || c.level().is_some())
        .map(|c| c.text.as_str());
    std::iter::once(text.title.as_str()).chain(lines).find_map(line)
}

fn line(line: &str) -> Option<Impostor> {
    let line = line.replace('’', "'").to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| line.contains(phrase));
    let is_code = line
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "403" | "404" | "500" | "502" | "503" | "504"));
    let parts = || line.split(['|', '–', '—', '·', ':']).flat_map(|part| part.split(" - ")).map(str::trim);
    match () {
        _ if says(CHALLENGES) => Some(Impostor::Challenge),
        _ if says(ERRORS) || (is_code && line.split_whitespace().count() <= 6) => Some(Impostor::Error),
        _ if says(PARKED) => Some(Impostor::Parked),
        _ if parts().any(|part| LOGINS.contains(&part)) => Some(Impostor::Login),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_say_that_are_no_policies() {
        for (text, expected) in [
            ("404", Some(Impostor::Error)),
            ("Page Not Found | Acme", Some(Impostor::Error)),
            ("Seite nicht gefunden", Some(Impostor::Error)),
            ("ページが見つかりません", Some(Impostor::Error)),
            ("Just a moment...", Some(Impostor::Challenge)),
            ("Verify you are human by completing the action below.", Some(Impostor::Challenge)),
            ("请稍候…", Some(Impostor::Challenge)),
            ("Sign in – Acme", Some(Impostor::Login)),
            ("Acme: تسجيل الدخول", Some(Impostor::Login)),
            ("acme.example – This domain may be for sale.", Some(Impostor::Parked)),
            ("Terms of Service", None),
            ("How you log in", None),
            ("Fees of 500 dollars and more are due within thirty days", None),
            ("Datenschutzerklärung", None),
        ] {
            assert_eq!(line(text), expected, "{text}");
        }
    }
}
