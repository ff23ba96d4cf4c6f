"""What a person does with single messages, and how news reach somebody who looks elsewhere."""

from playwright.sync_api import expect

from chat_page import meet

#: Stands in for the system's notifications, and for a tab that is not looked at.
ELSEWHERE = """() => {
  window.shown = [];
  window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(text, options) { window.shown.push([text, options]); }
  };
  for (const [name, value] of [["hidden", true], ["visibilityState", "hidden"]]) {
    Object.defineProperty(document, name, { get: () => value });
  }
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""


def test_a_message_is_copied_deleted_for_oneself_and_found_again(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    for text in ("remember this", "forget this", "the end"):
        alice.write(text)
    bob.hears("the end")
    message = bob.message("remember this")
    message.hover()
    message.get_by_role("button", name="More about this message").click()
    message.get_by_role("button", name="Copy").click()
    bob.sees(".toasts", "Copied")
    assert bob.page.evaluate("navigator.clipboard.readText()") == "remember this"

    # By the keyboard: the list is one stop, arrows go through it.
    bob.page.locator(".composer textarea").focus()
    bob.page.keyboard.press("Shift+Tab")
    bob.page.keyboard.press("ArrowUp")
    bob.page.keyboard.press("Enter")
    bob.message("forget this").get_by_role("button", name="Delete for me").click()
    bob.page.locator("dialog").get_by_role("button", name="Delete for me").click()
    expect(bob.page.locator(".message")).to_have_count(2)
    assert alice.texts() == ["remember this", "forget this", "the end"]
    bob.page.reload()
    bob.online().hears("the end")
    assert bob.texts() == ["remember this", "the end"]
    # What was deleted is nowhere in what is kept.
    assert "remember this" in bob.kept() and "forget this" not in bob.kept()

    bob.page.get_by_role("button", name="Search").click()
    bob.page.get_by_role("searchbox").fill("remember")
    bob.page.get_by_role("button", name="Show it in the conversation").click()
    expect(bob.page.locator(".message.pointed .text")).to_have_text("remember this")
    expect(bob.page.locator(".message")).to_have_count(2)


def test_news_come_as_a_notification_without_the_text_where_they_were_asked_for(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    bob.page.evaluate(ELSEWHERE)
    bob.open("#/settings").page.get_by_role("button", name="Turn on").click()
    expect(bob.page.get_by_role("button", name="Turn off")).to_be_visible()
    alice.write("for your eyes only")
    expect(bob.page).to_have_title("(1) Simpatico")
    bob.page.wait_for_function("() => window.shown.length === 1")
    (text, options), = bob.page.evaluate("window.shown")
    # The system keeps what it was given, too.
    assert options["tag"].isdigit()
    assert "A message from" in text and "Alice" in text and "eyes" not in text
    alice.phase("for your eyes only", "DELIVERED")

    # Whoever looks at another tab is not disturbed.
    second = bob.tab()
    bob.open(page=second)
    expect(second.locator(".person .badge")).to_contain_text("1")
    alice.write("and this")
    expect(bob.page).to_have_title("(2) Simpatico")
    assert len(bob.page.evaluate("window.shown")) == 1


def test_the_tree_of_this_tab_is_told_to_whoever_asks_in_this_browser(people):
    alice = people("Alice").open().online()
    listener = alice.tab()
    listener.goto(alice.address + "/")
    listener.evaluate("""() => {
      window.heard = [];
      window.channel = new BroadcastChannel("simpatico-tree");
      channel.onmessage = ({ data }) => heard.push(data);
      channel.postMessage({ want: "tree" });
    }""")
    listener.wait_for_function("() => heard.length > 0")
    first = listener.evaluate("heard[0]")
    assert first["from"] == 0 and first["count"] == len(first["entries"]) > 5
    assert first["role"] == "client"
    alice.invite(note="a node more")
    listener.wait_for_function(
        "() => heard.some(({ entries = [] }) => JSON.stringify(entries).includes('a node more'))")
    told = listener.evaluate("heard")
    count = 0
    for each in told:
        assert each["tree"] == first["tree"] and each["from"] <= count
        count = each["count"]
    link = alice.page.get_by_label("Invitation link", exact=True).input_value()
    assert link.rsplit(".", 1)[1] not in str(told)
    assert "PRIVATE" not in str(told)
    listener.evaluate("channel.postMessage({ want: 'tree', have: { tree: heard[0].tree, count: "
                      "heard.at(-1).count } })")
    listener.wait_for_function("() => heard.at(-1).entries.length === 0")
    alice.page.close()
    listener.wait_for_function("() => heard.at(-1).gone === heard[0].tree")
