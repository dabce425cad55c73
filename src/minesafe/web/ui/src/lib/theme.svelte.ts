/** Dark as a control room is, or light. */

const KEPT = "minesafe.theme";

class Theme {
  name = $state<"dark" | "light">(localStorage.getItem(KEPT) === "light" ? "light" : "dark");

  constructor() {
    document.documentElement.dataset.theme = this.name;
  }

  toggle(): void {
    this.name = this.name === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = this.name;
    localStorage.setItem(KEPT, this.name);
  }
}

export const theme = new Theme();
