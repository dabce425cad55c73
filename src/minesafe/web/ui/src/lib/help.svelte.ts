/** The list of keys lies open. */

class Help {
  open = $state(false);
}

export const help = new Help();
