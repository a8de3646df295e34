package dev.otpkit.examples.cli;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.util.Map;

/**
 * The environment and the streams of the program.
 *
 * @param environment the variables that name the accounts
 * @param in the input of the user
 * @param out the output to the user
 */
record Terminal(Map<String, String> environment, BufferedReader in, PrintWriter out) {}
