//! What stands around a policy, in its language.

use super::model::{Dice, Policy};

/// Furniture by where it stands: before the content, inside it before and after the clauses, after it.
#[derive(Default)]
pub(super) struct Furniture {
    pub(super) before: String,
    pub(super) inside_before: String,
    pub(super) inside_after: String,
    pub(super) after: String,
}

/// Words of furniture in a language.
struct Words {
    menu: [&'static str; 4],
    /// Two sentences of a consent layer and its buttons.
    consent: [&'static str; 4],
    promo: &'static str,
    /// A time relative to now.
    updated: [&'static str; 2],
    /// A question and its answers.
    helpful: [&'static str; 3],
    related: [&'static str; 4],
}

fn words(language: &str) -> Words {
    match language {
        "ar" => Words {
            menu: ["الرئيسية", "الأسعار", "المساعدة", "تسجيل الدخول"],
            consent: [
                "نستخدم ملفات تعريف الارتباط لتحسين تجربتك وقياس الأداء وعرض إعلانات تناسبك في موقعنا.",
                "يمكنك تغيير اختياراتك في أي وقت من خلال الرابط الموجود في أسفل كل صفحة من الموقع.",
                "قبول",
                "رفض",
            ],
            promo: "خصم كبير على جميع الخطط حتى نهاية هذا الأسبوع فقط.",
            updated: ["تم التحديث منذ 3 أيام", "منذ ساعة"],
            helpful: ["هل كانت هذه الصفحة مفيدة؟", "نعم", "لا"],
            related: ["مقالات ذات صلة", "كيف تحمي حسابك", "دليل البداية", "أسئلة شائعة"],
        },
        "de" => Words {
            menu: ["Startseite", "Preise", "Hilfe", "Anmelden"],
            consent: [
                "Wir verwenden Cookies, um unsere Seite zu verbessern und Ihnen passende Werbung zu zeigen.",
                "Sie können Ihre Auswahl jederzeit über den Link am Ende jeder Seite ändern oder widerrufen.",
                "Akzeptieren",
                "Ablehnen",
            ],
            promo: "Nur bis Sonntag: alle Tarife zum halben Preis für neue Kunden.",
            updated: ["Vor 3 Tagen aktualisiert", "Aktualisiert vor einer Stunde"],
            helpful: ["War diese Seite hilfreich?", "Ja", "Nein"],
            related: ["Verwandte Artikel", "Konto schützen", "Erste Schritte", "Häufige Fragen"],
        },
        "es" => Words {
            menu: ["Inicio", "Precios", "Ayuda", "Entrar"],
            consent: [
                "Usamos cookies para mejorar el sitio, medir su uso y mostrarte publicidad que te interese.",
                "Puedes cambiar tu elección en cualquier momento desde el enlace al final de cada página.",
                "Aceptar",
                "Rechazar",
            ],
            promo: "Solo hasta el domingo: todos los planes a mitad de precio.",
            updated: ["Actualizado hace 3 días", "Hace una hora"],
            helpful: ["¿Te ha sido útil esta página?", "Sí", "No"],
            related: [
                "Artículos relacionados",
                "Protege tu cuenta",
                "Primeros pasos",
                "Preguntas frecuentes",
            ],
        },
        "fr" => Words {
            menu: ["Accueil", "Tarifs", "Aide", "Connexion"],
            consent: [
                "Nous utilisons des cookies pour améliorer le site et vous proposer des publicités adaptées.",
                "Vous pouvez modifier votre choix à tout moment grâce au lien placé en bas de chaque page.",
                "Accepter",
                "Refuser",
            ],
            promo: "Jusqu’à dimanche seulement : toutes nos offres à moitié prix.",
            updated: ["Mis à jour il y a 3 jours", "Il y a une heure"],
            helpful: ["Cette page vous a-t-elle été utile ?", "Oui", "Non"],
            related: ["À lire aussi", "Protéger son compte", "Premiers pas", "Questions fréquentes"],
        },
        "ja" => Words {
            menu: ["ホーム", "料金", "ヘルプ", "ログイン"],
            consent: [
                "当サイトでは、利便性の向上と広告配信のためにCookieを使用しています。詳しくは設定をご覧ください。",
                "設定は各ページの下部にあるリンクからいつでも変更していただくことができます。",
                "同意する",
                "拒否する",
            ],
            promo: "日曜日まで全プランが半額になるキャンペーンを実施中です。",
            updated: ["3日前に更新", "更新日：5 時間前"],
            helpful: ["このページは役に立ちましたか？", "はい", "いいえ"],
            related: ["関連記事", "アカウントの保護", "はじめに", "よくある質問"],
        },
        "zh" => Words {
            menu: ["首页", "价格", "帮助", "登录"],
            consent: [
                "我们使用 Cookie 来改进网站、分析流量并向您展示可能感兴趣的广告内容和优惠信息。",
                "您可以随时通过每个页面底部的链接更改或者撤回您的选择，不会影响网站的正常使用。",
                "接受",
                "拒绝",
            ],
            promo: "限时优惠：本周日之前所有套餐一律半价，欢迎选购。",
            updated: ["更新于 3 天前", "5 小时前"],
            helpful: ["本页内容对您有帮助吗？", "有", "没有"],
            related: ["相关文章", "保护您的账号", "快速入门", "常见问题"],
        },
        _ => Words {
            menu: ["Home", "Pricing", "Help", "Log in"],
            consent: [
                "We use cookies to make this site better, to measure its use and to show you relevant ads.",
                "You can change your choice at any time by way of the link at the end of every page.",
                "Accept",
                "Reject",
            ],
            promo: "Until Sunday only: all of our plans at half the price.",
            updated: ["Updated 3 days ago", "Last updated over 2 weeks ago"],
            helpful: ["Was this page helpful?", "Yes", "No"],
            related: [
                "Related articles",
                "Protect your account",
                "Getting started",
                "Frequently asked questions",
            ],
        },
    }
}

/// Each piece stands there or not, in one of the ways it is usually marked up.
pub(super) fn furniture(policy: &Policy, dice: &mut Dice) -> Furniture {
    let words = words(policy.language);
    let consent = some(dice, |d| consent(&words.consent, d));
    let (consent_first, consent_last) =
        if dice.once_in(2) { (consent, String::new()) } else { (String::new(), consent) };
    let before = [
        some(dice, |_| "<a class=skip-link href='#main'>Skip to content</a>".to_owned()),
        consent_first,
        some(dice, |d| promo(words.promo, d)),
        some(dice, |d| menu(&words.menu, d)),
        some(dice, |_| twin(policy)),
    ];
    let inside_before = [
        some(dice, |_| format!("<nav class=breadcrumbs>{}</nav>", links(&words.menu[..2]))),
        some(dice, |d| format!("<p>{}</p>", d.one_of(&words.updated))),
        some(dice, |_| contents(policy)),
    ];
    let inside_after =
        [some(dice, |d| helpful(&words.helpful, d)), some(dice, |d| related(&words.related, d))];
    let after = [
        some(dice, |_| format!("<aside><h3>{}</h3><p>{}</p></aside>", words.related[0], words.promo)),
        some(dice, |d| footer(&words.menu, d)),
        some(dice, |_| "<div id=chat-widget aria-live=polite>Hi! How can we help?</div>".to_owned()),
        consent_last,
    ];
    Furniture {
        before: before.concat(),
        inside_before: inside_before.concat(),
        inside_after: inside_after.concat(),
        after: after.concat(),
    }
}

fn some(dice: &mut Dice, piece: impl FnOnce(&mut Dice) -> String) -> String {
    if dice.once_in(2) { piece(dice) } else { String::new() }
}

fn consent([first, second, yes, no]: &[&str; 4], dice: &mut Dice) -> String {
    let open = *dice.one_of(&[
        "div role=dialog aria-modal=true",
        "div id=cookie-banner",
        "div class='cc-window consent'",
        "div class=CookieConsent_root__x1",
    ]);
    let buttons = format!("<button>{yes}</button><button>{no}</button>");
    format!("<{open}><h2>Cookies</h2><p>{first}</p><p>{second}</p>{buttons}</div>")
}

fn promo(text: &str, dice: &mut Dice) -> String {
    let open =
        *dice.one_of(&["div class=promo-bar", "div class='w-full bg-amber-300'", "aside", "div role=status"]);
    format!("<{open}>{text} <a href='/sale?utm_source=bar'>→</a></{}>", open.split(' ').next().unwrap())
}

fn menu(labels: &[&str], dice: &mut Dice) -> String {
    let items = |tag: &str| {
        labels.iter().map(|l| format!("<{tag}><a href='/{l}'>{l}</a></{tag}>")).collect::<String>()
    };
    match dice.below(4) {
        0 => format!(
            "<header><a href=/><svg><title>Acme</title></svg></a><nav><ul>{}</ul></nav></header>",
            items("li")
        ),
        1 => format!("<div class=navbar><ul>{}</ul><select><option>EN<option>DE</select></div>", items("li")),
        2 => format!("<div>{}</div>", items("div")),
        _ => format!("<nav aria-label=Main>{}</nav>", links(labels)),
    }
}

/// The first clauses once more, for another screen.
fn twin(policy: &Policy) -> String {
    let blocks: String = policy.clauses.iter().take(4).map(|c| format!("<p>{}</p>", c.text)).collect();
    format!("<div style='display: none' class=mobile>{blocks}</div>")
}

fn contents(policy: &Policy) -> String {
    let headings = policy.clauses.iter().skip(1).filter(|c| c.level().is_some());
    let items: String = headings.map(|c| format!("<li><a href='#s'>{}</a></li>", c.text)).collect();
    format!("<nav class=toc><ul>{items}</ul></nav>")
}

fn helpful([question, yes, no]: &[&str; 3], dice: &mut Dice) -> String {
    let open = *dice.one_of(&["div class=feedback", "div", "section class=helpful-widget"]);
    let close = open.split(' ').next().unwrap();
    format!("<{open}><p>{question}</p><button>{yes}</button><button>{no}</button></{close}>")
}

fn related([label, rest @ ..]: &[&str; 4], dice: &mut Dice) -> String {
    let order = dice.below(3);
    let cards: String = (0..3)
        .map(|i| format!("<li><a href='/blog/{i}?ref=legal'>{}</a></li>", rest[(i + order) % 3]))
        .collect();
    let open =
        *dice.one_of(&["section class=related-articles", "section", "aside", "div class=recommendations"]);
    format!("<{open}><h2>{label}</h2><ul>{cards}</ul></{}>", open.split(' ').next().unwrap())
}

fn footer(labels: &[&str], dice: &mut Dice) -> String {
    let year = 2025 + dice.below(3);
    let open = *dice.one_of(&["footer", "div class=site-footer", "div role=contentinfo", "div"]);
    let close = open.split(' ').next().unwrap();
    format!("<{open}><div>{}</div><p>© {year} Acme</p></{close}>", links(labels))
}

fn links(labels: &[&str]) -> String {
    labels.iter().map(|l| format!("<a href='/{l}'>{l}</a> ")).collect()
}
