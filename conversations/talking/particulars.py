"""What a wish says already, so that it is not asked again: how a call went, what changes. Data only, folded."""

from __future__ import annotations

# What is meant for the bot whatever is asked; "liever via Slack" may be how a colleague wants to be reached.
WRITE_THERE = r"^(?:stuur|zend|schrijf|meld)\b|\bvoortaan\b|\bkana|\bkoppel"
# Which of a person's channels is meant, by the names we keep them under.
CHANNELS = {"slack": r"\bslack\b", "telegram": r"\btelegram\b", "web": r"\bweb\w*|\bsite\b"}

# How a contact went, when the wish to note it says so already.
REACHED = r"\b(?:gesproken|gehoord|gezien|langs geweest|bezocht)\b"
NO_ANSWER = (
    r"geen gehoor|(?:nam|neemt) (?:\w+ ){0,2}niet op|niet (?:op(?:genomen|nam|neemt)|kunnen bereiken|bereik(?:t|baar))"
    r"|niet te bereiken|voicemail|bereik\w* \w+ niet"
)
DECLINED = r"\bwil (?:\w+ ){0,2}geen contact"
CALLED = r"\b(?:gebeld|opgebeld|gecontacteerd|gemaild|geappt|gestuurd|geschreven|ge ?sms t|geprobeerd|contact gehad)\b"

# What changes, when the wish for other dates says so already.
LONGER = r"\blanger\b|verleng|nieuwe? (?:attest|\w*briefje)|blijft (?:\w+ )?(?:thuis|afwezig|ziek|out|weg)"

# How somebody comes back, and whether that day is behind us.
PARTLY = r"\b(?:half|deel)tijds|\bgedeeltelijk|\bprogressief|\bopbouw|\bstapsgewijs"
FULLY = r"(?<!niet )\b(?:voltijds|volledig|helemaal|fulltime)\b"
IS_PAST = r"\b(?:sinds|gisteren|eergisteren|vorige|afgelopen|daarnet|vanmorgen|deze morgen)\b"
