#!/usr/bin/env node
import { Bundle } from './bundle.js'

// The bundle is of CommonJS, where these two are given.
new Bundle(__dirname, require).load('main.cjs')
