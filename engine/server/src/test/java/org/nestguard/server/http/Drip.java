package org.nestguard.server.http;

import java.io.IOException;

/** A client that sends a little again and again, until it is interrupted or the service has had enough. */
final class Drip {
    private static final int PAUSE_MILLIS = 20;

    private Drip() {}

    interface Drop {
        void send() throws IOException;
    }

    static Thread begin(Drop drop) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    drop.send();
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (IOException | InterruptedException e) {
                // enough
            }
        });
        thread.start();
        return thread;
    }
}
