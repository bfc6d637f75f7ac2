/** Temml's sources, which are 10 KB smaller than its build: without formulas of chemistry, and not translated for old browsers. */
declare module "temml/temml.js" {
  export { default } from "temml";
}
