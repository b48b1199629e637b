"""What people write is text, wherever it is shown: names, titles, notes, addresses, fields.

A corpus of texts that try to become markup, script, style or template code goes into everything people can
write, and every page that shows it is opened in a real browser. Nothing may run, no dialog open, no rule of
the content policy be broken, and what was written is read there as it was written.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.kit.browser import DESKTOP
from tests.kit.client import participant
from tests.kit.server import Answer, Seat, Server

T = TypeVar("T")
NAME, STAKEHOLDER = 60, 120
PAYLOADS = [
    "<script>pwned()</script>",
    "</script><script>pwned()</script>",
    "<ScRiPt src=//e.test/x></sCrIpT>",
    "<img src=x onerror=pwned()>",
    "<svg onload=pwned()>",
    "<svg><animate onbegin=pwned() attributeName=x>",
    "<body onload=pwned()>",
    "<iframe srcdoc='<script>parent.pwned()</script>'>",
    "<iframe src=javascript:pwned()>",
    "<object data=javascript:pwned()>",
    "<details open ontoggle=pwned()>",
    "<input autofocus onfocus=pwned()>",
    "<math><mtext></p><img src=x onerror=pwned()>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//e.test/x.css>",
    "<base href=//e.test/>",
    "<meta http-equiv=refresh content='0;url=//e.test'>",
    "<form action=//e.test><button>ok",
    "<template><script>pwned()</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=pwned()>'>",
    '" onmouseover=pwned() autofocus onfocus=pwned() x="',
    "' onfocus='pwned()' autofocus x='",
    "` onfocus=pwned() autofocus x=`",
    "javascript:pwned()",
    "java\tscript:pwned()",
    "data:text/html,<script>pwned()</script>",
    "{{7*7}}",
    "{% raw %}{{ config }}{% endraw %}",
    "${pwned()}",
    "#{7*7}",
    "<%= 7*7 %>",
    "<!--?lit$000000000$--><!---->",
    "<?lit$123456789$?>{{lit-0}}",
    "]]><script>pwned()</script><![CDATA[",
    "--><script>pwned()</script><!--",
    "*/pwned()/*",
    '\\";pwned();//',
    "\u2028pwned()\u2029//",
    "\\u003cscript\\u003epwned()\\u003c/script\\u003e",
    "&lt;script&gt;pwned()&lt;/script&gt;",
    "&#60;img src=x onerror=pwned()&#62;",
    "%3Cscript%3Epwned()%3C/script%3E",
    "\u202egnp.noitacifidom\u202c",
    "a\x00b<img src=x onerror=pwned()>",
    "red;background:url(//e.test/x)",
    "}*{background:url(//e.test/x)}",
    "expression(pwned())",
    "x' AND 1=1; --\r\nSet-Cookie: a=b",
    "%(name)s {name} %s",
    "__proto__",
    "constructor",
    "٪﷽𒐫" * 10,
    "W" * 60,
]
TO_READ = ("/", "/creer", "/i", "/gabarits", "/guide", "/credits", "/confidentialite", "/accessibilite")
LISTENER = """
document.addEventListener('securitypolicyviolation', (event) =>
  window.tableeHeard(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
window.pwned = () => window.tableeHeard('pwned');
"""
POLICY = (
    "default-src 'none'",
    "require-trusted-types-for 'script'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


SET = "(field, text) => { field.value = text }"


class Watched:
    """A page whose every sign of trouble is noted."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.heard: list[str] = []
        self.server = server
        context.expose_function("tableeHeard", lambda sign: self.heard.append(sign))
        context.add_init_script(LISTENER)
        self.context = context
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.page.on("console", self._console)
        self.page.on("dialog", lambda dialog: (self.heard.append("a dialog"), dialog.dismiss()))
        self.page.on("request", self._asks)
        context.on("page", lambda page: self.heard.append(f"a window: {page.url}"))

    def _console(self, message: Any) -> None:
        if message.type == "error" and re.search("Content Security|Trusted|Refused|violat", message.text):
            self.heard.append(message.text)

    def _asks(self, request: Any) -> None:
        if not request.url.startswith((self.server.base, "data:", "blob:", "ws")):
            self.heard.append(f"a request to {request.url}")

    def sit(self, seat: Seat) -> Watched:
        cookies = [
            {"name": name, "value": seat.token, "url": self.server.base}
            for name in ("tablee", f"tablee-{seat.workshop}")
        ]
        self.context.add_cookies(cookies)  # type: ignore[arg-type]
        return self

    def open(self, path: str) -> str:
        """Go there, check what the answer says about itself, and return all text there is."""
        answer = self.page.goto(self.server.base + path, wait_until="load")
        assert answer is not None
        check_page(answer.all_headers(), answer.text())
        return self.text()

    def text(self) -> str:
        """Everything a reader of the page may meet: text, titles, labels, values."""
        return str(
            self.page.evaluate(
                """() => document.documentElement.textContent + '\\n' +
                  [...document.querySelectorAll('*')].flatMap((element) =>
                    ['title', 'aria-label', 'value', 'alt', 'placeholder', 'content'].map((name) =>
                      element.getAttribute(name) ?? '')).join('\\n') + '\\n' +
                  [...document.querySelectorAll('input, textarea')].map((field) => field.value).join('\\n')"""
            )
        )


def check_page(headers: dict[str, str], body: str) -> None:
    """What every page promises about itself, whoever wrote what is on it."""
    assert headers["content-type"].startswith("text/html")
    for name, value in HEADERS.items():
        assert headers.get(name) == value, name
    policy = headers["content-security-policy"]
    assert all(rule in policy for rule in POLICY) and "unsafe" not in policy and "*" not in policy
    (nonce,) = re.findall(r"script-src 'nonce-([\w-]{20,})'", policy)
    scripts = re.findall(r"<script\b([^>]*)>", body)
    for attributes in scripts:
        assert f'nonce="{nonce}"' in attributes or 'type="application/json"' in attributes
    assert f'nonce="{nonce}"' in body, "the page's own script may run"
    # a handler or a style inside a tag: what people wrote may say so, but only as text, where < is &lt;
    for tag in re.findall(r"<[a-z][^<>]*>", body):
        bare = re.sub(r'"[^"]*"', '""', tag)
        assert not re.search(r"\son[a-z]+\s*=|\sstyle\s*=|javascript:", bare), tag


@pytest.fixture
def watched(chromium: Browser, server: Server) -> Iterator[Callable[[], Watched]]:
    made: list[Watched] = []

    def make() -> Watched:
        one = Watched(chromium.new_context(viewport=DESKTOP, locale="fr-FR"), server)  # type: ignore[arg-type]
        made.append(one)
        return one

    yield make
    heard = [sign for one in made for sign in one.heard]
    for one in made:
        one.context.close()
    assert heard == []


def there(text: str, found: str) -> bool:
    """Whether a text is there. How white space is written does not count; HTML has no character zero."""
    return plain(text) in plain(found)


def plain(text: str) -> str:
    return " ".join(text.replace("\0", "").replace("\ufffd", "").split())


def assert_all_there(texts: list[str], found: str) -> None:
    assert texts
    missing = [text for text in texts if not there(text, found)]
    assert missing == []


@pytest.fixture(scope="module")
def table(server: Server) -> tuple[dict[str, Any], list[Seat], list[str]]:
    """A workshop in which everybody and everything has a name from the corpus, and the notes they wrote."""
    groups = [f"{number} {payload}"[:NAME] for number, payload in enumerate(PAYLOADS)]
    groups = [name.replace("\x00", "") for name in groups]
    made = server.create(
        title="<b>Titre</b> {{7*7}}",
        commons="<img src=x onerror=pwned()> ${pwned()}",
        groups=groups,
        people_may_choose_group=True,
        organiser="<i onclick=pwned()>Inès",
    )
    seats = []
    for payload in PAYLOADS:
        body = {"code": made["code"], "name": payload[:NAME], "stakeholder": payload[:STAKEHOLDER]}
        answer = server.call("POST", "/api/join", {**body, "group": "g1"})
        assert answer.status in (201, 422), answer.body
        if answer.status == 201:
            joined = answer.json
            seats.append(Seat(joined["token"], joined["person"], joined["room"], joined["workshop"]))
    assert len(seats) > 40
    texts: list[str] = []
    for number, payload in enumerate(PAYLOADS[::2]):
        seat = seats[number % len(seats)]
        note = {"board": "sheet2.verso", "zone": "rules", "text": payload}
        answer = server.call("POST", f"/api/rooms/{seat.room}/notes", note, token=seat.token)
        assert answer.status in (201, 422), answer.body
        if answer.status == 201:
            texts.append(answer.json["text"])
    texts += apart(by_socket(server, seats))
    assert len(texts) > 40
    return made, seats, texts


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: this one has the browser's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def by_socket(server: Server, seats: list[Seat]) -> list[str]:
    """The other half of the notes, past every check of a form."""
    async with participant(server, seats[3]) as one:
        for number, payload in enumerate(PAYLOADS[1::2]):
            one.add(f"s{number}", payload)
        await one.all_saved()
        return [one.text(f"s{number}") for number in range(len(PAYLOADS[1::2]))]


def people_of(server: Server, made: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    return answer


def test_a_board_full_of_payloads_shows_them_as_text(
    server: Server, watched: Callable[[], Watched], table: tuple[dict[str, Any], list[Seat], list[str]]
) -> None:
    made, seats, texts = table
    one = watched().sit(seats[0])
    found = one.open(f"/atelier/{made['id']}?board=sheet2.verso")
    assert_all_there(texts, found)  # as the server wrote the page
    expect(one.page.locator(".status[data-state=saved]")).to_be_visible()
    one.page.get_by_role("button", name=re.compile("voir toute la zone")).first.click()
    expect(one.page.locator("li.note")).to_have_count(len(texts))
    shown = one.page.locator("li.note p").all_text_contents()
    assert sorted(map(plain, shown)) == sorted(map(plain, texts))
    state = people_of(server, made)
    names = [p["name"] for p in state["people"] if p["group"] == "g1"]
    assert_all_there(names, one.page.locator("#people").inner_text() + one.text())
    one.page.locator("li.note").first.dispatch_event("dblclick")
    expect(one.page.locator("textarea.notefield")).to_have_value(re.compile(r"."))
    one.page.keyboard.press("Escape")
    # the other view, and the rectos that carry the names of structures
    one.page.get_by_role("button", name="Liste").first.click()
    expect(one.page.locator("#list")).to_be_visible()
    one.page.locator("#list").get_by_role("button", name=re.compile("^Afficher les")).click()
    assert_all_there(texts, one.text())
    one.open(f"/atelier/{made['id']}?board=sheet1.recto/{seats[5].person['stakeholder']}")
    expect(one.page.locator(".status[data-state=saved]")).to_be_visible()
    assert_all_there([s["name"] for s in state["stakeholders"]][:12], one.text())


def test_pages_about_a_workshop_show_payloads_as_text(
    server: Server, watched: Callable[[], Watched], table: tuple[dict[str, Any], list[Seat], list[str]]
) -> None:
    made, _, _ = table
    state = people_of(server, made)
    everybody = [person["name"] for person in state["people"] if person["group"]]
    groups = [group["name"] for group in state["groups"]]
    structures = [stakeholder["name"] for stakeholder in state["stakeholders"]]
    one = watched().sit(Seat(made["token"], {}, "", made["id"]))
    for path, texts in (
        (f"/organisation/{made['id']}", [state["title"], *everybody, *groups, *structures]),
        (f"/animation/{made['id']}", [state["title"], *everybody, *groups, *structures]),
        (f"/a/{made['code']}", [state["title"], state["commons"], *groups, *structures]),
    ):
        assert_all_there(texts, one.open(path))
        assert "49" not in one.page.title()


def test_titles_and_descriptions_of_every_kind(server: Server, watched: Callable[[], Watched]) -> None:
    one = watched()
    for number in range(0, len(PAYLOADS), 2):
        commons = " ".join(PAYLOADS[number - 1 : number + 4])[:500]
        answer = server.call("POST", "/api/workshops", {"title": PAYLOADS[number], "commons": commons})
        if answer.status != 201:
            assert answer.status == 422
            continue
        state = people_of(server, answer.json)
        assert_all_there([state["title"], state["commons"]], one.open(f"/a/{state['code']}"))
        assert there(state["title"], one.page.title())


def test_addresses_and_fields_of_every_kind(server: Server, watched: Callable[[], Watched]) -> None:
    made = server.create(people_may_choose_group=True, groups=2)
    seat = server.join(made)
    one = watched().sit(seat)
    for number, payload in enumerate(PAYLOADS[::2]):
        word = quote(payload, safe="")
        one.open(
            (
                f"/a/{word}?lang={word}&display=set&theme={word}",
                f"/atelier/{made['id']}?board={word}&group={word}&lang={word}",
                f"/{word}?{word}={word}",
            )[number % 3]
        )
    for payload in PAYLOADS[::5]:
        one.open("/")
        one.page.locator("input[name=code]").evaluate(SET, payload)
        one.page.locator("input[name=code]").press("Enter")
        one.page.wait_for_load_state()
    stranger = watched()
    stranger.open(f"/a/{made['code']}")
    for payload in PAYLOADS[1::5]:
        if stranger.page.locator("details.again").get_attribute("open") is None:
            stranger.page.locator("details.again summary").click()
        stranger.page.locator("input[name=reentry]").evaluate(SET, payload)
        stranger.page.get_by_role("button", name="Retrouver ma place").click()
        expect(stranger.page.get_by_role("alert")).to_be_visible()


def test_what_a_form_gives_back_is_what_was_typed(server: Server, watched: Callable[[], Watched]) -> None:
    """A refused form shows its values again: the name is too long, so the rest comes back."""
    made = server.create(people_may_choose_group=True, groups=2)
    one = watched()
    for payload in PAYLOADS[::5]:
        one.open(f"/a/{made['code']}")
        fields = one.page.locator("form.join")
        fields.evaluate(
            """(form, text) => {
              form.noValidate = true;
              for (const name of ['name', 'stakeholder']) {
                form.elements[name].removeAttribute('maxlength');
                form.elements[name].value = name === 'name' ? text.padEnd(100, 'x') : text;
              }
            }""",
            payload,
        )
        fields.locator("button.primary").click()
        expect(one.page.get_by_role("alert")).to_be_visible()
        assert there(payload[:40], one.text())


def test_a_hostile_presence_disturbs_nobody(server: Server, watched: Callable[[], Watched]) -> None:
    made = server.create()
    nadia, yann = server.join(made, "Nadia"), server.join(made, "Yann")
    one = watched().sit(nadia)
    one.open(f"/atelier/{made['id']}?board=sheet2.verso")
    expect(one.page.locator(".status[data-state=saved]")).to_be_visible()
    states: list[dict[str, Any]] = [
        {"user": {"name": "Yann"}, "drag": {"note": "n1", "zone": "rules", "place": None}},
        {
            "user": {"name": "Yann", "colour": "a b c", "mark": "<svg onload=pwned()>"},
            "cursor": {"x": 1, "y": 1},
        },
        {"user": {"name": "Yann"}, "cursor": {"x": "1px) url(//e.test/x", "y": None}},
        {"user": {"name": "Yann"}, "cursor": "nowhere", "editing": {"toString": 1}},
        {
            "user": {"name": "Yann"},
            "drag": {"note": ["n1"], "zone": {}, "place": [1e400, "x"]},
            "editing": "']*",
        },
        {"user": ["Yann"], "board": {}, "cursor": []},
    ]

    async def show() -> None:
        async with participant(server, yann) as first:
            first.add("n1", "une note", zone="rules")
            await first.all_saved()
        for at, state in enumerate(states):
            async with participant(server, yann) as hostile:
                hostile.show(**{"board": "sheet2.verso", **state})
                hostile.add(f"s{at}", "après", zone="costs")  # whoever has this has had the state
                with contextlib.suppress(AssertionError):  # the server may well close who sends such things
                    await hostile.all_saved()
        async with participant(server, yann) as last:
            last.show(user={"name": "?"}, board="sheet2.verso", cursor={"x": 50, "y": 50})
            last.add("n3", "la fin", zone="costs")
            await last.all_saved()

    apart(show())
    expect(one.page.locator("li.note", has_text="la fin")).to_be_visible()
    one.page.locator("li.note", has_text="une note").click()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/creer",
        "/i",
        "/gabarits",
        "/guide",
        "/credits",
        "/confidentialite",
        "/accessibilite",
        "/a/AAAA-AAAA",
        "/rien",
    ],
)
def test_every_page_says_what_it_may_do(server: Server, path: str) -> None:
    answer: Answer = server.call("GET", path)
    check_page(answer.headers, answer.body.decode())
    again = server.call("GET", path)
    assert re.findall("nonce-[^']+", answer.headers["content-security-policy"]) != re.findall(
        "nonce-[^']+", again.headers["content-security-policy"]
    ), "a nonce is used once"


def test_answers_that_are_not_pages_may_do_nothing(server: Server) -> None:
    seat = server.join(server.create(), "<script>pwned()</script>")
    for path in (
        "/api/me",
        f"/api/workshops/{seat.workshop}",
        f"/api/rooms/{seat.room}/notes",
        "/api/rooms/<script>/notes",
        "/api/openapi.json",
        "/healthz",
    ):
        answer = server.call("GET", quote(path), token=seat.token)
        assert "html" not in answer.headers["content-type"]
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
