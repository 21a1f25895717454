//! English.

use super::{NONE, Words};

pub(super) const WORDS: Words = Words {
    language: "en",
    is_latin: true,
    link: r#"[ :,"'=>(\[-]|\b(?:on|as of|as from|from|of|at|starting|beginning|since|the|is|are|will be|and|date|(?:mon|tues|wednes|thurs|fri|satur|sun)day|[0-9]{1,2}(?::[0-9]{2})? ?[ap]\.?m\.?|utc|gmt|p[sd]?t|e[sd]?t|ce?s?t|midnight|noon|(?:/|and|&) ?last (?:updated|revised|modified))\b"#,
    starts: &[
        r"effective",
        r"effective date(?: (?:of|for) (?:this|these|the|our|all|any of)(?: [\w'()-]+){1,8})?",
        r"(?:date of (?:effect|entry into force|commencement|application)|(?:commencement|implementation|go-live|application|in-force) date)",
        r"(?:takes?|taking|took|have|has|having) (?:legal |full )?effect",
        r"in(?:to)? (?:full |legal )?(?:effect|force|operation)",
        r"(?:appl(?:y|ies)|applicable|valid|binding|enforced|enforceable|required|mandatory)(?: to (?:all|everyone|every|each|new|existing|current|our|your|you|any)(?: [\w-]+){0,4}| for (?:all|new|existing|every)(?: [\w-]+){0,4})? (?:from|as of|as from|starting|beginning|effective|since|on and after|on or after)",
        r"(?:will|must|shall|going to|required to|need to|have to)~ (?:starting|beginning|effective|as from|commencing)",
        r"(?:changes|updates|terms|policy|policies|prices|pricing|fees|rates|limits|requirements?|rules) (?:will |shall )?(?:starts?|begins?|commences?|go(?:es)? live) (?:from|on)",
    ],
    ends: &[
        r"(?:shut ?down|shutting down|sunset(?:ting|ted)?|retir(?:e[sd]?|ing|ement)|discontinu(?:e[sd]?|ing|ation)|decommission(?:ed|ing)?|(?:turned|switched) off|end[- ]of[- ](?:life|support|service|sale)|eol|phased out)(?: date)?(?: entirely| completely| permanently| fully)?(?: by| after)?",
        r"no longer (?:be )?(?:available|supported|accessible|offered|usable|valid|active|working|functional|possible|maintained|provided|sold|in (?:effect|force))(?: (?:to|for|in|on|via|through) ~)?(?: by| after)?",
        r"(?:stops?|stopped|stopping|cease[sd]?)(?: to)? (?:working|accepting|functioning|serving|responding|supporting|offering|operat(?:e|ing)|be(?:ing)? (?:available|supported|offered|in (?:force|effect)|effective)|exist|function|work|apply)(?: ~)?(?: by| after)?",
        r"(?:access|support|availability|service|api|models?|endpoints?|program(?:me)?|promotion|beta|preview)(?: (?:for|to|of) ~)? (?:will |shall )?(?:ends?|expires?|be (?:terminated|removed|deleted|closed|disabled|ended)|is (?:removed|disabled|terminated))(?: by| after)?",
        r"(?:will|shall|are|is|we're|going to|scheduled to) (?:be )?(?:shut(?:ting)? down|retir(?:e|ing)|sunset(?:ting)?|discontinu(?:e|ing)|turn(?:ing)? off|stop(?:ping)? (?:offering|supporting)|end(?:ing)? (?:support|access)(?: for)?|deprecat(?:e|ed|ing)|disabl(?:e|ed|ing)|remov(?:e|ed|ing))(?: ~)? (?:on|by|as of|as from|from|effective|starting|beginning|after)",
        r"(?:available|supported|accessible|usable|in (?:effect|force)|operational|maintained)(?: (?:to|for|in|on|via|through|under) ~)? (?:until|through|till)",
    ],
    opens: r"(?:(?:please )?note that |and |but |that |reminder: ?)?(?:from|as of|as from|starting|beginning|commencing|effective|with effect from|on)",
    starts_after: &[
        r"(?:onwards?,? |forward,? |and after,? )?(?:[^,;]{0,90}? )?(?:takes? effect|(?:come|enter)s? into (?:force|effect)|will|shall|must|appl(?:y|ies)|(?:is|are) (?:required|replaced)|replaces?|supersedes?)\b",
    ],
    ends_after: &[
        r"(?:onwards?,? )?(?:[^;]{0,90}? )?(?:(?:will|shall|is|are|we're) (?:be )?(?:shut(?:ting)? down|sunset(?:ting)?|retir(?:ed?|ing)|discontinu(?:ed?|ing)|decommission(?:ed|ing)?|(?:turn(?:ed|ing)?|switch(?:ed|ing)?) off|phas(?:ed?|ing) out|unavailable|inaccessible|stop(?:ping)? (?:working|offering|supporting|accepting|serving))|(?:will|shall) no longer (?:be )?(?:available|supported|accessible|offered|usable|valid|support|offer|accept|work|function|provide)|(?:is|are) no longer (?:available|supported|accessible|offered|valid))\b",
    ],
    older: r"(?:previous(?:ly)?|prior|earlier|former(?:ly)?|archived|older|old|superseded|outdated|original(?:ly)?)",
    doubt: r"(?:(?:may|might|could|would|should|not|never|cannot|expected to|expects? to|intends?(?:ed)? to|intended to|plan(?:s|ned)? to|aims? to|tentative(?:ly)?|proposed|estimated|target|cost|no longer)(?: (?:be|be made|become|it|they|yet|until|make (?:[\w]+ ){0,4}[\w]+))?)",
    example: r"(?:for (?:example|instance)|e\.g\.|examples?:|suppose|hypothetical(?:ly)?|imagine)",
    law: r"(?:regulations?|directive|act|statutes?|laws?|legislation|decree|ordinance|gdpr|ccpa|cpra|treaty|convention|court|parliament|council|commission|framework)\b",
    ours: r"(?:these|this|our|new|updated|revised|following|we)\b",
    rule: r"(?:any|may|if|when|whenever|where|future|such|each|unless|would|can|could|at least|(?:no|not) (?:less|fewer|sooner|earlier|later) than|minimum|material changes)\b",
    counts: &[
        r"(?:within |in )?<N> (?:after|from|following|of) (?:the )?(?:date (?:of|on) )?(?:(?:the )?(?:publication|posting|publishing|date|receipt|announcement|issuance|day) (?:of|on) )?(?:this|these|today|(?:the )?present) ?(?:notice|notification|announcement|e-?mail|message|page|post|policy|terms|version|changes|updates?|agreement|publication|posting|date)?(?: (?:is|are|was|were) (?:posted|published|sent))?",
        r"in <N>(?: from (?:now|today))?",
    ],
    days: &["day", "days"],
    weeks: &["week", "weeks"],
    months: &["month", "months"],
    ..NONE
};
