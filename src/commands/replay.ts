import { Command } from "commander";
export function replayCommand(): Command {
  return new Command("replay");
}
