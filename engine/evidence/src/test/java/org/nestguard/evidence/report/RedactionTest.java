package org.nestguard.evidence.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.evidence.report.Redaction.Form;

class RedactionTest {
    private final Redaction redaction =
            new Redaction(Set.of(), List.of("l0-a.corp.example.com"), List.of("build-farm-07", "vm", "a&b farm"));

    private String redacted(String text) {
        return redaction.text(text, Form.ANY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<graphics type='vnc' port='5900' passwd='PLANTED' passwdValidTo='2030-01-01T00:00:00'/>",
                "<graphics type=\"spice\" passwd=\"PLANTED\"/>",
                "-spice port=5901,password=PLANTED,seamless-migration=on",
                "-spice\0port=5901,password=PLANTED\0-vga\0qxl",
                "-object secret,id=sec0,data=PLANTED,format=raw",
                "-object {\"qom-type\":\"secret\",\"id\":\"s\",\"data\":\"PLANTED\",\"format\":\"base64\"}",
                "-object {\"data\":\"PLANTED\",\"qom-type\":\"secret\",\"id\":\"s\"}",
                "-object secret,id=sec0,data=PLA,,NTED,format=raw",
                "root=/dev/vda token=PLANTED quiet",
                "db_password: PLANTED",
                "{\"api_key\": \"PLANTED\"}",
                "agent\0--token\0PLANTED\0-v",
                "agent --join-token PLANTED -v",
                "curl -H 'Authorization: Basic PLANTED12345='",
                "https://admin:PLANTED@repo.example.net/x",
                "-drive file.password-secret=sec0,file.client_secret=PLANTED",
                "<qemu:arg value='{&quot;password&quot;:&quot;PLANTED&quot;}'/>",
                "<passphrase>PLANTED</passphrase>",
                "-fw_cfg\0name=opt/com.coreos/config,string={\"PLANTED\": 1, \"a b\"}\0-x",
                "-smbios type=11,value=io.systemd.credential:x=PLANTED",
                "<oemStrings>\n<entry>cred=PLANTED</entry></oemStrings>",
                "<metadata><nova:owner><nova:user>PLANTED</nova:user></nova:owner></metadata>",
                "\tSerial Number: PLANTED",
                "\tAsset Tag: PLANTED\n",
                "usb 1-1: SerialNumber: PLANTED",
                "<disk><serial>PLANTED</serial></disk>",
                "<entry name='serial'>PLANTED</entry>",
                "-device virtio-blk-pci,drive=d,serial=PLANTED,bus=x",
                "-device {\"driver\":\"virtio-blk-pci\",\"serial\":\"PLANTED\"}",
                "Sequence Code:        PLANTED",
                "<host name='PLANTED.corp.example.net' port='6789'/>",
                "-incoming tcp:PLANTED.corp.example.net:49152",
                "iqn.2004-10.com.PLANTED:disk",
                "netroot=iscsi:bob:PLANTED@10.1.2.3::3260::x",
                "netroot=iscsi:bob:x:bill:PLANTED@10.1.2.3::3260::x",
                "-drive file=rbd:pool/img:id=admin:key=PLANTED==:auth_supported=cephx",
                "[client.admin]\n\tkey = PLANTEDPLANTEDPLANTED==\n",
                "[wifi-security]\npsk=PLANTED\n",
                "mount.cifs //a/b /c -o username=x,pass=PLANTED,vers=3",
                "openssl --pass PLANTED -x",
                "AWS_SECRET_KEY=PLANTED",
                "<sysinfo type='fwcfg'><entry name='opt/com.x/cfg'>PLANTED</entry></sysinfo>",
                "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,0\n\nPLANTED\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nPLANTED",
                "<title>PLANTED</title><description>owner\nPLANTED</description>",
                "-blockdev filename=/dev/disk/by-id/ata-Samsung_SSD_850_PLANTED,x=1",
                "ip=10.1.1.5::10.1.1.1:255.255.255.0:PLANTED:eth0:none",
                "nfs: server PLANTED not responding, still trying",
                "-drive file=/home/PLANTED/vm.qcow2",
                "migrate qemu+ssh://PLANTED@10.1.2.3/system",
            })
    void aSecretGoesHoweverItIsWritten(String text) {
        String redacted = redacted(text);
        assertFalse(redacted.contains("PLANTED"), redacted);
        assertFalse(redacted.contains("PLA,,"), redacted);
        assertFalse(redacted.contains("NTED"), redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-vnc 0.0.0.0:1,password=on",
                "-drive file.password-secret=sec0,key-secret=sec1",
                "Linux x 5.14.0.1-70.el9.x86_64 #1 SMP Tue Mar 1 12:34:56 UTC 2026 x86_64",
                "QEMU emulator version 5.14.0.1 (qemu-kvm-6.2.0.1-2)",
                "Linux version 5.14.0.1 (gcc 8.5.0.0)",
                "initrd=/boot/vmlinuz-5.14.0.1",
                "vermagic: 6.18.44.1-fc SMP",
                "[    0.123456] pci 0000:00:1f.2: [8086:2922] type 00 class 0x010601",
                "[Sun Nov 22 19:12:11 2026] x86/fpu: xstate_offset[2]:  576",
                "-device vfio-pci,host=0000:01:00.0,addr=0x5",
                "-device isa-serial,chardev=charserial0 -serial pty",
                "Serial Number: Not Specified",
                "Serial\t\t: 0000000000000000",
                "UUID: 00000000-0000-0000-0000-000000000000",
                "listen='127.0.0.1' 0.0.0.0 255.255.255.0 :: ::1 [::]:5900",
                "e820: [mem 0x0000000000000000-0x000000000009fbff] usable",
                "std::vector a::z 12:34:56 ff:ff:ff:ff:ff:ff",
                "flags : fpu vme de pse tsc msr pae mce svm",
                "(guest-name=vmx) kvm-vm vmcb vm.overcommit",
                "microcode : 0x1000065",
            })
    void whatIsNoSecretStays(String text) {
        assertEquals(text, redacted(text));
    }

    @Test
    void aStandInHasTheShapeOfWhatItStandsForAndIsAlwaysTheSame() {
        String text = redacted(
                "<uuid>4DEA24B3-1d52-d8f3-2516-782e98a23fa0</uuid> mac=52:54:00:aa:bb:01 ip 10.3.2.1 fe80::1:2, "
                        + "4dea24b3-1d52-d8f3-2516-782e98a23fa0 52:54:00:AA:BB:01 10.3.2.1:5900 10.3.2.2 fe80::1:2%eth0");
        assertEquals(
                "<uuid>00000000-0000-4000-8000-000000000001</uuid> mac=00:00:5e:00:53:00 ip 192.0.2.1 2001:db8::1, "
                        + "00000000-0000-4000-8000-000000000001 00:00:5e:00:53:00 192.0.2.1:5900 192.0.2.2 2001:db8::1%eth0",
                text);
        assertEquals("00000000000040008000000000000001\n", redacted("4dea24b31d52d8f32516782e98a23fa0\n"));
    }

    @Test
    void aRangeOfAddressesIsNoVersion() {
        assertEquals("192.0.2.1-192.0.2.2", redacted("10.0.0.1-10.0.0.9"));
    }

    @Test
    void anAddressBehindAWordOfVersionsIsKnownByItsPortOrByItsNetwork() {
        assertEquals(
                "qemu 192.0.2.1:5900 driver=192.0.2.2 linux 192.0.2.3/24 192.0.2.4-eth0",
                redacted("qemu 81.2.3.4:5900 driver=192.168.7.7 linux 81.2.3.5/24 10.20.30.42-eth0"));
    }

    @Test
    void aNetworkCardThatIsCalledByItsAddressKeepsOnlyTheForm() {
        assertEquals("enx00005e005300 00:00:5e:00:53:00", redacted("enx525400abcdef 52:54:00:ab:cd:ef"));
    }

    @Test
    void inAListOfVersionsFourNumbersAreNone() {
        assertEquals("ii  libfoo  1.2.3.4  amd64", redaction.text("ii  libfoo  1.2.3.4  amd64", Form.VERSIONS));
    }

    @Test
    void theHostsNameGoesWithAndWithoutItsDomain() {
        assertEquals("host-1", redacted("l0-a"));
        assertEquals("host-1.example.org", redacted("l0-a.corp.example.com"));
        assertEquals("Linux host-1 6.1.0", redacted("Linux L0-A 6.1.0"));
        assertEquals("host-2.example.org", redacted("l0-b.corp.example.com"));
        assertEquals("/var/host-1.log", redacted("/var/l0-a.log"));
        assertEquals("xl0-ab", redacted("xl0-ab"));
    }

    @Test
    void aGuestsNameGoesEverywhereUnlessTheTextsAreFullOfIt() {
        assertEquals("/var/log/libvirt/qemu/guest-1.log", redacted("/var/log/libvirt/qemu/build-farm-07.log"));
        assertEquals(
                "<name>guest-1</name> guest=guest-1,debug",
                redacted("<name>build-farm-07</name> guest=build-farm-07,debug"));
        assertEquals("<name>guest-2</name> guest=guest-2,x", redacted("<name>vm</name> guest=vm,x"));
        assertEquals("Domain: 'guest-2'\n", redacted("Domain: 'vm'\n"));
        assertEquals(
                " 1   guest-2   running\n -   guest-1  shut off\n",
                redacted(" 1   vm   running\n -   build-farm-07  shut off\n"));
        assertEquals("guest-2\n", redacted("vm\n"));
        assertEquals("kvm vmx vm-enter", redacted("kvm vmx vm-enter"));
        assertEquals("<name>guest-3</name> guest=guest-3,x", redacted("<name>a&amp;b farm</name> guest=a&b farm,x"));
    }

    @Test
    void aMachineThatIsCalledLikeAWordOfTheTextsIsFoundWhereItsNameStands() {
        Redaction common = new Redaction(Set.of(), List.of("kvm"), List.of());
        assertEquals("host-1\n", common.text("kvm\n", Form.ANY));
        assertEquals("Linux host-1 6.1.0 kvm", common.text("Linux kvm 6.1.0 kvm", Form.ANY));
        assertEquals("-accel kvm", common.text("-accel kvm", Form.ANY));
    }

    @Test
    void aSecretSeenOnceIsKnownElsewhere() {
        redacted("-spice password=Tr0ub4dor&3");
        redacted("\tSerial Number: CZ3021XYZ");
        assertEquals("said secret-1 and serial-1", redaction.again("said Tr0ub4dor&3 and CZ3021XYZ"));
    }

    @Test
    void aSerialIsTheSameInCapitals() {
        assertEquals(
                "Serial Number: serial-1\nserial number: serial-1",
                redacted("Serial Number: CZ30X\nserial number: cz30x"));
    }

    @Test
    void whatIsKeptStays() {
        String text =
                "Serial Number: CZ3021XYZ\n4dea24b3-1d52-d8f3-2516-782e98a23fa0 52:54:00:aa:bb:01 10.3.2.1 fe80::1 l0-a build-farm-07";
        Redaction keeping = new Redaction(EnumSet.allOf(Kept.class), List.of("l0-a"), List.of("build-farm-07"));
        assertEquals(text, keeping.text(text, Form.ANY));
        assertEquals("password=secret-1", keeping.text("password=hunter22", Form.ANY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0:",
                "1.",
                "password",
                "secret,",
                "\"",
                "<metadata",
                "-",
                "ab.",
                "type=11,",
                "://",
                "\\",
                ",,",
                "a-",
                " "
            })
    void hostileTextTakesNoLongerThanAnyOther(String piece) {
        String text = piece.repeat(400_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> redacted(text));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> redacted("password=\"" + text));
    }

    @Test
    void theCountsTellHowManyOfAKind() {
        redacted("10.3.2.1 10.3.2.1 10.3.2.2 password=hunter22");
        assertEquals(2, redaction.counts().get("ip-addresses"));
        assertEquals(1, redaction.counts().get("passwords and tokens"));
        assertTrue(redaction.counts().containsKey("uuids"));
    }
}
