package dev.otpkit.examples.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server that takes mail after STARTTLS and a login, and keeps each line that it receives. */
final class SubmissionServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext context;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    SubmissionServer(SSLContext context) throws IOException {
        this.context = context;
        Internet.daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Returns the received lines, in order. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    void forget() {
        lines.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Internet.daemon(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            say(client, "220 stand-in ESMTP");
            converse(client);
        } catch (IOException e) {
            // The client has ended the connection.
        }
    }

    private void converse(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        boolean secure = client instanceof SSLSocket;
        boolean loggedIn = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            lines.add(line);
            switch (line.split("[ :]", 2)[0]) {
                case "EHLO" -> say(client, "250-stand-in", secure ? "250 AUTH PLAIN" : "250 STARTTLS");
                case "STARTTLS" -> {
                    say(client, "220 go ahead");
                    SSLSocket secured =
                            (SSLSocket) context.getSocketFactory().createSocket(client, null, client.getPort(), false);
                    secured.setUseClientMode(false);
                    converse(secured);
                    return;
                }
                case "AUTH" -> {
                    loggedIn = secure;
                    say(client, secure ? "235 welcome" : "538 encryption required");
                }
                case "MAIL", "RCPT" -> say(client, loggedIn ? "250 ok" : "530 authentication required");
                case "DATA" -> {
                    say(client, "354 go ahead");
                    for (String text = in.readLine(); text != null && !text.equals("."); text = in.readLine()) {
                        lines.add(text);
                    }
                    say(client, "250 2.0.0 OK fake-1");
                }
                case "QUIT" -> {
                    say(client, "221 bye");
                    return;
                }
                default -> say(client, "502 unknown");
            }
        }
    }

    private static void say(Socket client, String... answer) throws IOException {
        client.getOutputStream().write((String.join("\r\n", answer) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
