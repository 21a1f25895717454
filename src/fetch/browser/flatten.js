// What of a page is read: its document as it stands, flattened. Open shadow trees stand in place of what they hide, with
// what is slotted into them; frames of the same origin stand where they are shown. What is only there for scripts is
// left out. Runs in a world of its own: the page can't change what `outerHTML` means here, nor see that it is read.
//
// mode "look": [complete, characters of text, nodes]; mode "take": the document, at most `most` characters of it.
(function (mode, most) {
  const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
  const LEFT_OUT = new Set("script noscript template".split(" "));
  const RAW = new Set("style xmp iframe noembed noframes plaintext".split(" "));
  const taking = mode === "take";
  let text = 0, nodes = 0, length = 0;
  const out = [];
  const put = (piece) => {
    length += piece.length;
    if (length > most) throw new Error("too large");
    out.push(piece);
  };
  const escape = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\u00a0/g, "&nbsp;");
  const quote = (s) => escape(s).replace(/"/g, "&quot;");
  const open = (element, name) => {
    put("<" + name);
    for (const { name: key, value } of element.attributes) {
      if (/^[^\s"'<>\/=\u0000]+$/.test(key)) put(" " + key + '="' + quote(value) + '"');
    }
    put(">");
  };
  const framed = (element) => {
    try {
      return element.contentDocument && element.contentDocument.body;
    } catch {
      return null;
    }
  };
  const inside = (element, name) => {
    if (name === "iframe" || name === "frame") {
      const body = framed(element);
      return body ? [body] : [];
    }
    if (element.shadowRoot) return element.shadowRoot.childNodes;
    if (name === "slot") {
      const assigned = element.assignedNodes();
      if (assigned.length) return assigned;
    }
    return element.childNodes;
  };
  // A stack of our own: scripts make deeper trees than a call stack holds.
  const stack = [document.documentElement];
  if (taking) put("<!DOCTYPE html>\n");
  while (stack.length) {
    const node = stack.pop();
    if (typeof node === "string") {
      put(node);
      continue;
    }
    if (!node) continue;
    nodes++;
    if (node.nodeType === 3) {
      text += node.data.trim().length;
      if (taking) put(escape(node.data));
      continue;
    }
    if (node.nodeType !== 1) continue;
    const name = node.localName.toLowerCase();
    if (LEFT_OUT.has(name) || !/^[a-z][^\s<>\/"'=]*$/.test(name)) continue;
    if (RAW.has(name) && name !== "iframe") continue;
    // A frame's body within the body of its page is a part of it like any other.
    const frame = name === "iframe" || name === "frame" || (name === "body" && node.ownerDocument !== document);
    const shown = frame ? "div" : name;
    if (taking) open(node, shown);
    if (VOID.has(name)) continue;
    if (taking) stack.push("</" + shown + ">");
    const children = inside(node, name);
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]);
  }
  return taking ? out.join("") : [document.readyState === "complete", text, nodes];
})
