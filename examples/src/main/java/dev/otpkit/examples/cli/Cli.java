package dev.otpkit.examples.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Sends a code from the command line, asks for it and verifies it. */
@Command(name = "otp", synopsisSubcommandLabel = "COMMAND", description = "One-time passcodes from the command line.")
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // Fields are set, and looked at, by picocli.
public final class Cli implements Runnable {
    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    Cli() {}

    /**
     * Runs a command and ends this process with its exit code.
     *
     * @param args the command and its options; see {@code send --help}
     */
    public static void main(String[] args) {
        System.exit(run(
                args,
                System.getenv(),
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true),
                new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true)));
    }

    static int run(
            String[] args, Map<String, String> environment, BufferedReader in, PrintWriter out, PrintWriter err) {
        return new CommandLine(new Cli())
                .addSubcommand(new SendCommand(new Terminal(environment, in, out)))
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    // Messages of the library name the mistake and never a code; a stack trace would not help the user.
                    err.println("otp: " + thrown.getMessage());
                    return thrown instanceof IllegalArgumentException || thrown instanceof IllegalStateException
                            ? ExitCodes.USAGE
                            : ExitCodes.FAILED;
                })
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
