"use strict";
// Keeps the page current. It asks the server for the page again, and changes
// what differs: elements stay the ones that they are, and with them focus,
// selection, scrolling and open details.
(() => {
  const every = 2000, retry = 4000, patience = 15000; // milliseconds
  const live = document.getElementById("live");
  const age = document.getElementById("age");
  const lost = document.getElementById("lost");
  const pause = document.getElementById("pause");
  let read = performance.now(), paused = false, asking = false, timer = 0;

  // Nodes are the same if they have the same id, or are the next of their name
  // and first class.
  function keyOf(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeName;
    return node.id ? "#" + node.id : node.nodeName + "." + (node.getAttribute("class") || "").split(" ")[0];
  }

  function morph(old, next) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
      return;
    }
    for (const { name } of [...old.attributes]) {
      if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) {
      if (old.getAttribute(name) !== value && name !== "open") old.setAttribute(name, value);
    }
    morphChildren(old, next);
  }

  function morphChildren(old, next) {
    const had = new Map();
    for (const node of old.childNodes) {
      const key = keyOf(node);
      if (!had.has(key)) had.set(key, []);
      had.get(key).push(node);
    }
    const wanted = [...next.childNodes].map((node) => [node, had.get(keyOf(node))?.shift()]);
    // What goes goes first: moving what stays around it would take its focus.
    for (const rest of had.values()) rest.forEach((node) => node.remove());
    let place = old.firstChild;
    for (const [node, stays] of wanted) {
      if (!stays) old.insertBefore(document.importNode(node, true), place);
      else if (stays !== place) old.insertBefore(stays, place);
      else place = place.nextSibling;
      if (stays) morph(stays, node);
    }
  }

  async function look() {
    clearTimeout(timer);
    if (paused || asking || document.hidden) return;
    asking = true;
    let wait = every;
    try {
      const answer = await fetch(location.pathname + location.search, { cache: "no-store", signal: AbortSignal.timeout(patience) });
      if (!answer.ok) throw new Error("the server answers " + answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("live");
      if (!next) throw new Error("the answer is another page");
      morph(live, next);
      document.title = page.title;
      read = performance.now();
      show();
    } catch (error) {
      wait = retry;
      if (lost.hidden) {
        lost.textContent = "The connection is lost (" + error.message + "). The numbers are those of " +
          new Date(Date.now() - (performance.now() - read)).toLocaleTimeString() + ".";
        lost.hidden = false;
        document.body.classList.add("stale");
      }
      sayAge();
    }
    asking = false;
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  }

  function show() {
    lost.hidden = true;
    document.body.classList.remove("stale");
    sayAge();
  }

  function sayAge() {
    if (document.hidden) return;
    const seconds = Math.round((performance.now() - read) / 1000);
    let text = "Updated just now";
    if (seconds >= 120) text = "Updated " + Math.floor(seconds / 60) + " min ago";
    else if (seconds >= 4) text = "Updated " + seconds + " s ago";
    if (paused) text += ", paused";
    if (age.textContent !== text) age.textContent = text;
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "Resume" : "Pause";
    sayAge();
    look();
  });
  document.addEventListener("visibilitychange", look);
  setInterval(sayAge, 1000);
  sayAge();
  timer = setTimeout(look, every);
})();
