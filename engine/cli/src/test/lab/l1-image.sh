#!/bin/bash
# Makes the lab's guest: Debian's kernel, and an initramfs in which Debian's own libvirt, QEMU and guest agent run, so that
# what this L1 says of its L2 guests is what any Linux L1 says. It needs no disk.
# usage: l1-image.sh DIR      DIR gets vmlinuz and initramfs; what is downloaded is kept in DIR/packages
set -euo pipefail
shopt -s nullglob
here=$(dirname "$(readlink -f "$0")")
out=$1
root=$out/root
mkdir -p "$out/packages"

# the file of a package that is not installed, of the sources this machine trusts
unpack() {
    [ -d "$out/packages/$1" ] && return
    rm -rf "$out/packages/part"
    mkdir "$out/packages/part"
    (cd "$out/packages/part" && apt-get -q -o APT::Sandbox::User=root download "$1" && dpkg-deb -x ./*.deb .)
    mv "$out/packages/part" "$out/packages/$1"
}

# The kernel of clouds is half the size, has no firmware, and has all that an L1 needs.
image=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9]\S*\)/\1/p' | head -n 1)
[ -n "$image" ] || { echo "apt knows no linux-image-cloud-amd64; run apt-get update" >&2; exit 1; }
unpack "$image"
unpack qemu-guest-agent
kernel=$out/packages/$image
release=${image#linux-image-}

rm -rf "$root"
mkdir -p "$root"/{proc,sys,dev,run,tmp,root,etc/libvirt,var/lib/libvirt,var/log/libvirt,var/cache/libvirt}
mkdir -p "$root"/usr/{bin,lib,lib64,share/libvirt,share/qemu}
ln -s ../run "$root/var/run"
ln -s bin "$root/usr/sbin"
for folder in bin sbin lib lib64; do ln -s usr/$folder "$root/$folder"; done
cp "$(command -v busybox)" "$root/bin/busybox"

# libraries_of FILE...: with whatever the loader would load with them
libraries_of() {
    local library
    while read -r library; do
        [ -e "$root$library" ] || cp -L "$library" "$root$library"
    done < <(ldd "$@" | grep -o '/[^ :]* (' | cut -d ' ' -f 1 | sort -u)
}
programs=(/usr/sbin/libvirtd /usr/bin/virsh /usr/bin/qemu-system-x86_64)
parts=/usr/lib/x86_64-linux-gnu
driver=$parts/libvirt/connection-driver/libvirt_driver_qemu.so
accelerator=$parts/qemu/accel-tcg-x86_64.so # libvirt wants to know of it too before it starts anything
mkdir -p "$root${driver%/*}" "$root${accelerator%/*}"
cp "${programs[@]}" "$out/packages/qemu-guest-agent/usr/sbin/qemu-ga" "$root/usr/bin/"
cp "$driver" "$root$driver"
cp "$accelerator" "$root$accelerator"
libraries_of "${programs[@]}" "$driver" "$accelerator" "$root/usr/bin/qemu-ga"
cp -r /usr/share/libvirt/cpu_map "$root/usr/share/libvirt/"
cp /usr/share/qemu/kvmvapic.bin "$root/usr/share/qemu/"

modules=lib/modules/$release
mkdir -p "$root/$modules/kernel"
for module in kvm kvm-amd irqbypass virtio virtio_ring virtio_pci virtio_pci_modern_dev virtio_pci_legacy_dev virtio_console; do
    file=$(find "$kernel/$modules/kernel" -name "$module.ko*" | head -n 1)
    [ -z "$file" ] || cp "$file" "$root/$modules/kernel/"
done
busybox depmod -b "$root" "$release" 2>/dev/null || true
cp "$here/l1-init.sh" "$root/init"
chmod 755 "$root/init"
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$out/initramfs.part"
cp "$kernel/boot/vmlinuz-$release" "$out/vmlinuz"
mv "$out/initramfs.part" "$out/initramfs"
