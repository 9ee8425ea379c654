package org.nestguard.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.NestGuardService;
import org.nestguard.server.http.Service;
import org.nestguard.server.http.StartRefusedException;
import org.nestguard.server.http.settings.ServiceSettings;
import org.nestguard.server.http.settings.SettingsReader;

/** Starts the service. A class of its own: no other command has the service's classes at hand. */
final class Serving {
    private Serving() {}

    static int from(Path config, Console console) throws IOException, InterruptedException {
        try {
            PrivateFile.checkUnwritable(config);
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        try (InputStream in = Files.newInputStream(config)) {
            return from(config.toString(), in, console);
        }
    }

    static int from(String file, String settings, Console console) throws IOException, InterruptedException {
        return from(file, new ByteArrayInputStream(settings.getBytes(StandardCharsets.UTF_8)), console);
    }

    private static int from(String file, InputStream in, Console console) throws IOException, InterruptedException {
        ServiceSettings settings;
        try {
            settings = SettingsReader.read(file, in);
        } catch (UnreadableException e) {
            throw new UsageException(e.problem().inOneLine());
        }
        try (NestGuardService service = NestGuardService.start(settings, new LiveHost(), InstantSource.system())) {
            announce(service.service(), console);
            service.serveUntilSignalled();
            return ExitStatus.ALLOWED.code();
        } catch (StartRefusedException e) {
            throw new UsageException("the service does not start: " + e.getMessage());
        }
    }

    /** For whoever started it by hand, or waits for its port; all else goes to the log. */
    private static void announce(Service service, Console console) throws IOException {
        StringBuilder where = new StringBuilder("listening:");
        service.port().ifPresent(port -> where.append(" port ").append(port));
        service.socket().ifPresent(socket -> where.append(" socket ").append(socket));
        console.out().write((Harmless.text(where.toString()) + "\n").getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }
}
