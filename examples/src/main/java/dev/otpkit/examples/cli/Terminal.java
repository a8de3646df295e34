package dev.otpkit.examples.cli;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.util.Map;

/**
 * Where the program runs.
 *
 * @param environment the variables that name the accounts
 * @param in what is typed
 * @param out what is told
 */
record Terminal(Map<String, String> environment, BufferedReader in, PrintWriter out) {}
