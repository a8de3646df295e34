package dev.otpkit.channel.smtp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** A socket that reads a limited number of bytes, since Angus Mail keeps a whole reply in memory. */
final class BoundedSocket extends Socket {
    private static final int MAX_BYTES = 1 << 18;

    private int left = MAX_BYTES;

    /** Resets the limit. */
    void allowMore() {
        left = MAX_BYTES;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the server sent more than " + MAX_BYTES + " bytes");
                }
                int read = super.read(bytes, offset, length);
                left -= Math.max(read, 0);
                return read;
            }
        };
    }
}
