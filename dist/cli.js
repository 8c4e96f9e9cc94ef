#!/usr/bin/env node
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const bundle_js_1 = require("./bundle.js");
void (0, bundle_js_1.runCli)();
