import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { speech } from "./lib/i18n/speech.svelte";
import { later } from "./pages/later";

// The map is drawn beside the first screen and not before it: its script comes while the words do.
later.map().catch(() => undefined); // asked for again where it is shown

/** Between two tries to fetch the words, milliseconds. */
const AGAIN_MS = 2000;

const NO_SERVER = "服务器没有应答，正在重试… The server does not answer, trying again…";

async function open(page: HTMLElement): Promise<void> {
  try {
    await speech.learn();
  } catch (trouble) {
    console.warn("words not fetched:", trouble);
    page.textContent = NO_SERVER;
    setTimeout(() => void open(page), AGAIN_MS);
    return;
  }
  page.textContent = "";
  mount(App, { target: page });
}

void open(document.getElementById("page")!);
