import about from "./about.json";
import account from "./account.json";
import act from "./act.json";
import add_host from "./add_host.json";
import adopt from "./adopt.json";
import audit from "./audit.json";
import change from "./change.json";
import confirm from "./confirm.json";
import container from "./container.json";
import copy from "./copy.json";
import edit from "./edit.json";
import environment from "./environment.json";
import error from "./error.json";
import form from "./form.json";
import graph from "./graph.json";
import home from "./home.json";
import host from "./host.json";
import live from "./live.json";
import log from "./log.json";
import login from "./login.json";
import more from "./more.json";
import nav from "./nav.json";
import palette from "./palette.json";
import people from "./people.json";
import prefer from "./prefer.json";
import service from "./service.json";
import settings from "./settings.json";
import shell from "./shell.json";
import stack from "./stack.json";
import state from "./state.json";
import table from "./table.json";
import task from "./task.json";
import why from "./why.json";

export default {
  about,
  account,
  act,
  add_host,
  adopt,
  audit,
  change,
  confirm,
  container,
  copy,
  edit,
  environment,
  error,
  form,
  graph,
  home,
  host,
  live,
  log,
  login,
  more,
  nav,
  palette,
  people,
  prefer,
  service,
  settings,
  shell,
  stack,
  state,
  table,
  task,
  why,
};
