package dev.otpkit.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A fresh JVM with the class path of this one. */
public final class Fork {
    /** For all figures, so that the JVM chooses nothing by the size of the machine. */
    static final List<String> OPTIONS = List.of(
            "-Xms2g",
            "-Xmx2g",
            "-XX:+UseG1GC",
            "-Duser.language=en",
            "-Duser.country=US",
            // A contender may leave threads behind, for which JMH would wait 30 seconds.
            "-Djmh.shutdownTimeout=1");

    private Fork() {}

    /**
     * Measures one contender of one measurement, for the JVM that has started this one, and prints the value last.
     *
     * @param args the class of the measurement and the name of the contender
     * @throws ReflectiveOperationException if there is no such class
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        Measurement measurement =
                (Measurement) Class.forName(args[0]).getDeclaredConstructor().newInstance();
        double value =
                Objects.requireNonNull(measurement.contenders().get(args[1])).get();
        System.out.println("\n" + value);
        System.exit(0);
    }

    /**
     * Runs the main method of a class in a fresh JVM with the same Java and class path.
     *
     * @param options options of the JVM
     * @param main the class
     * @param args the arguments of the main method
     * @return the last line that the JVM printed
     * @throws IllegalStateException if the JVM does not start, or ends with a failure
     */
    public static String run(List<String> options, Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(args));
        Process process = start(command);
        try {
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException(main.getName() + " ended with " + exit + " and printed " + printed);
            }
            return printed.strip().substring(printed.strip().lastIndexOf('\n') + 1);
        } catch (IOException e) {
            throw new IllegalStateException("the JVM could not be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("no JVM could be started", e);
        }
    }

    private static String classPath() {
        String own = System.getProperty("java.class.path");
        List<String> absolute = new ArrayList<>();
        for (String entry : own.split(File.pathSeparator, -1)) {
            absolute.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, absolute);
    }
}
