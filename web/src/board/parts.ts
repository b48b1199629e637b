// What loads when it is needed, in one file: split further, what the parts share would make the first load of
// many small files, which compress badly.

export * as canvas from "../canvas/main";
export * as deck from "../deck/main";
export * as paper from "../paper/main";
export * as rows from "../rows/main";
export * as sources from "../tray/sources";
export * as asking from "../vote/open";
export * as wrap from "../wrap/main";
export * as kinds from "./kind-editor";
