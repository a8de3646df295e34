package dev.otpkit.channel.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A server on a free loopback port that says what a test tells it to, and remembers what it was told. */
final class ScriptedSmtpServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Map<Step, Answer> answers = new ConcurrentHashMap<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<String> contents = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean deaf;

    ScriptedSmtpServer() throws IOException {
        listener = new ServerSocket();
        // Small, so that content a deaf server does not read soon has nowhere to go.
        listener.setReceiveBufferSize(4096);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        answer(Step.GREETING, "220 scripted.example ESMTP");
        answer(Step.EHLO, "250-scripted.example", "250-AUTH PLAIN LOGIN", "250 8BITMIME");
        answer(Step.STARTTLS, "220 2.0.0 go ahead");
        answer(Step.AUTH, "235 2.7.0 welcome");
        answer(Step.EMPTY_LINE, "535 5.7.8 Username and Password not accepted");
        answer(Step.MAIL, "250 2.1.0 Ok");
        answer(Step.RCPT, "250 2.1.5 Ok");
        answer(Step.DATA, "354 go ahead");
        answer(Step.END, "250 2.0.0 Ok: queued as 4ZxYz12");
        answer(Step.QUIT, "221 2.0.0 Bye");
        daemon(this::accept);
    }

    /** What a server answers to. */
    enum Step {
        GREETING,
        EHLO,
        STARTTLS,
        AUTH,
        /** What a client sends after 334 said why its token is not taken. */
        EMPTY_LINE,
        MAIL,
        RCPT,
        DATA,
        END,
        QUIT
    }

    /** What a server does instead of waiting for the next command. */
    interface Answer {
        void give(OutputStream out) throws IOException, InterruptedException;
    }

    int port() {
        return listener.getLocalPort();
    }

    ScriptedSmtpServer answer(Step step, String... lines) {
        byte[] bytes = (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8);
        answers.put(step, out -> out.write(bytes));
        return this;
    }

    ScriptedSmtpServer hang(Step step) {
        answers.put(step, out -> closed.await());
        return this;
    }

    ScriptedSmtpServer answerAndHang(Step step, String line) {
        answers.put(step, out -> {
            out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            closed.await();
        });
        return this;
    }

    ScriptedSmtpServer disconnect(Step step) {
        answers.put(step, out -> {
            throw new IOException("as scripted");
        });
        return this;
    }

    ScriptedSmtpServer drip(Step step, String line) {
        answers.put(step, out -> {
            for (byte each : line.getBytes(StandardCharsets.US_ASCII)) {
                out.write(each);
                Thread.sleep(100);
            }
        });
        return this;
    }

    ScriptedSmtpServer talkWithoutEnd(Step step) {
        byte[] line = "250-and another thing\r\n".repeat(500).getBytes(StandardCharsets.US_ASCII);
        answers.put(step, out -> {
            while (true) {
                out.write(line);
            }
        });
        return this;
    }

    /** Refuses each message with all that it was sent: the address, the code, the text. */
    ScriptedSmtpServer refuseRepeatingTheContent() {
        answers.put(Step.END, out -> {
            String heard = String.join(" ", commands) + contents.get(contents.size() - 1);
            out.write(("554 5.7.1 refused: " + heard.replaceAll("\\R", " ") + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        });
        return this;
    }

    /** Stops reading after DATA was answered. */
    ScriptedSmtpServer becomeDeaf() {
        deaf = true;
        return this;
    }

    /** Closes every connection that is open now. */
    void dropConnections() throws IOException {
        for (Socket each : connections) {
            each.close();
        }
    }

    int connectionCount() {
        return connections.size();
    }

    /** Returns every command received, without what follows AUTH. */
    List<String> commands() {
        return List.copyOf(commands);
    }

    long count(String verb) {
        return commands.stream().filter(command -> command.startsWith(verb)).count();
    }

    /** Returns the contents received whole, still with their dots stuffed. */
    List<String> contents() {
        return contents;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        dropConnections();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                // A connection can still come in while another thread closes the listener.
                if (listener.isClosed()) {
                    socket.close();
                    return;
                }
                connections.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            answers.get(Step.GREETING).give(out);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.split("[ :]", 2)[0];
                commands.add(verb.equals("AUTH") ? verb : line);
                switch (verb) {
                    case "AUTH" -> authenticate(line, in, out);
                    case "" -> answers.get(Step.EMPTY_LINE).give(out);
                    case "DATA" -> receive(in, out);
                    case "QUIT" -> {
                        answers.get(Step.QUIT).give(out);
                        return;
                    }
                    case "EHLO", "MAIL", "RCPT", "STARTTLS" ->
                        answers.get(Step.valueOf(verb)).give(out);
                    default -> out.write("502 5.5.1 what?\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException | InterruptedException e) {
            // The connection is over, by either side's will.
        }
    }

    private void authenticate(String line, BufferedReader in, OutputStream out)
            throws IOException, InterruptedException {
        if (line.equals("AUTH LOGIN")) {
            out.write("334 VXNlcm5hbWU6\r\n".getBytes(StandardCharsets.US_ASCII));
            in.readLine();
            out.write("334 UGFzc3dvcmQ6\r\n".getBytes(StandardCharsets.US_ASCII));
            in.readLine();
        }
        answers.get(Step.AUTH).give(out);
    }

    private void receive(BufferedReader in, OutputStream out) throws IOException, InterruptedException {
        answers.get(Step.DATA).give(out);
        if (deaf) {
            closed.await();
        }
        StringBuilder content = new StringBuilder();
        String line = in.readLine();
        while (line != null && !line.equals(".")) {
            content.append(line).append("\r\n");
            line = in.readLine();
        }
        if (line == null) {
            throw new IOException("no end of content");
        }
        contents.add(content.toString());
        answers.get(Step.END).give(out);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-smtp");
        thread.setDaemon(true);
        thread.start();
    }
}
