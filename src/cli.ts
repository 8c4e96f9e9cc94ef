#!/usr/bin/env node
import { runCli } from './bundle.js';

void runCli();
