package dev.otpkit.channel.smtp;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A separate Postfix on a free loopback port, with the default settings: it is the server of {@link #DOMAIN} and
 * accepts mail for all other domains from this machine. It delivers all mail to one receiver on this machine, and
 * nothing to anyone else. It neither needs nor changes a configuration or a service of the machine.
 */
final class PostfixRelay implements AutoCloseable {
    static final String DOMAIN = "local.example";

    private static final int PATIENCE_SECONDS = 30;

    /** Ends Postfix when its standard input ends: at the latest when the JVM ends, for any reason. */
    private static final String SCRIPT = """
            trap : HUP INT TERM
            "$1" -c "$2" start || exit 1
            echo started
            cat
            kill $(cat "$3")
            while "$1" -c "$2" status; do sleep 0.02; done
            """;

    private final Path folder;
    private final int port;
    private final Process script;

    private PostfixRelay(Path folder, int port, Process script) {
        this.folder = folder;
        this.port = port;
        this.script = script;
    }

    /** Returns the command; empty if it is not installed. */
    static Optional<Path> command() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "postfix"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts a relay.
     *
     * @param folder an empty folder, for all its files
     * @param receiver the port of the server that receives all mail
     * @throws IOException if it does not start, with its output
     */
    static PostfixRelay start(Path command, Path folder, int receiver) throws IOException, InterruptedException {
        // Its daemons run as other users.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path config = Files.createDirectory(folder.resolve("config"));
        Path queue = Files.createDirectory(folder.resolve("queue"));
        Path log = folder.resolve("log");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // Location, domain and route of mail. How it reads addresses is left at the defaults.
        Files.writeString(config.resolve("main.cf"), String.format(Locale.ROOT, """
                compatibility_level = 2
                queue_directory = %1$s/queue
                data_directory = %1$s/data
                maillog_file = %1$s/log
                maillog_file_prefixes = %1$s
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                myhostname = relay.example
                mydestination = %2$s
                alias_maps =
                local_recipient_maps =
                local_transport = smtp:[127.0.0.1]:%3$d
                relayhost = [127.0.0.1]:%3$d
                smtp_destination_concurrency_limit = 1
                """, folder, DOMAIN, receiver));
        Files.writeString(config.resolve("master.cf"), String.format(Locale.ROOT, """
                127.0.0.1:%d inet n - n - - smtpd
                cleanup  unix       n - n - 0 cleanup
                qmgr     unix       n - n 300 1 qmgr
                rewrite  unix       - - n - - trivial-rewrite
                bounce   unix       - - n - 0 bounce
                defer    unix       - - n - 0 bounce
                trace    unix       - - n - 0 bounce
                proxymap unix       - - n - - proxymap
                smtp     unix       - - n - - smtp
                error    unix       - - n - - error
                retry    unix       - - n - - error
                anvil    unix       - - n - 1 anvil
                scache   unix       - - n - 1 scache
                postlog  unix-dgram n - n - 1 postlogd
                """, port));
        Process script = new ProcessBuilder(
                        "sh",
                        "-c",
                        SCRIPT,
                        "sh",
                        command.toString(),
                        config.toString(),
                        queue.resolve("pid/master.pid").toString())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        String started = new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (started == null) {
            script.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new IOException("postfix did not start: " + Files.readString(folder.resolve("errors"))
                    + (Files.exists(log) ? Files.readString(log) : ""));
        }
        return new PostfixRelay(folder, port, script);
    }

    int port() {
        return port;
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /**
     * Sends one mail, with the recipient unchanged in the envelope and in the header.
     *
     * @return the reply to {@code RCPT TO}
     */
    String hand(String recipient) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = socket.getOutputStream();
            reply(in);
            ask(in, out, "EHLO client.example");
            ask(in, out, "MAIL FROM:<no-reply@acme.example>");
            String reply = ask(in, out, "RCPT TO:<" + recipient + ">");
            if (reply.startsWith("250")) {
                ask(in, out, "DATA");
                ask(in, out, "To: " + recipient + "\r\n\r\ntext\r\n.");
            }
            ask(in, out, "QUIT");
            return reply;
        }
    }

    private static String ask(BufferedReader in, OutputStream out, String command) throws IOException {
        out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return reply(in);
    }

    private static String reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.startsWith("-", 3)) {
            line = in.readLine();
        }
        if (line == null) {
            throw new IOException("postfix closed the connection");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        script.getOutputStream().close();
        script.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
