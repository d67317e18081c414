using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library with one needed symbol version marked weak (VER_FLG_WEAK), so that a loader without it goes on.
/// Fails where the version covers any symbol but the marker, or a relocation refers to the marker.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const uint Relocations = 4, VersionNeeds = 0x6ffffffe, VersionOfSymbols = 0x6fffffff;
    private const ushort Weak = 2;

    private byte[] _elf;

    [Required]
    public string Library { get; set; }

    [Required]
    public string Output { get; set; }

    [Required]
    public string Version { get; set; }

    [Required]
    public string Marker { get; set; }

    public override bool Execute()
    {
        _elf = File.ReadAllBytes(Library);
        if (_elf.Length < 64 || Word(0) != 0x464c457f || _elf[4] != 2 || _elf[5] != 1)
            return Refuse("it is no 64-bit little-endian ELF file");
        var need = FindNeed();
        if (need >= 0)
        {
            var marker = FindMarker(Half(need + 6));
            if (marker < 0 || IsRelocated(marker))
                return Refuse("more than the marker depends on " + Version);
            _elf[need + 4] |= (byte)Weak;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Output));
        File.WriteAllBytes(Output, _elf);
        return true;
    }

    /// <summary>Place of the Elf64_Vernaux of the version, or −1.</summary>
    private int FindNeed()
    {
        foreach (var section in Sections(VersionNeeds))
        {
            var names = Offset(Linked(section));
            for (int entry = Offset(section), next; ; entry += next)
            {
                for (int i = 0, need = entry + (int)Word(entry + 8); i < Half(entry + 2); i++, need += (int)Word(need + 12))
                {
                    if (Text(names + (int)Word(need + 8)) == Version)
                        return need;
                }
                next = (int)Word(entry + 12);
                if (next == 0)
                    break;
            }
        }
        return -1;
    }

    /// <summary>Index of the only symbol of that version if it is the marker, or −1.</summary>
    private int FindMarker(int version)
    {
        var found = -1;
        foreach (var section in Sections(VersionOfSymbols))
        {
            var symbols = Linked(section);
            var names = Offset(Linked(symbols));
            for (var i = 0; i < Size(section) / 2; i++)
            {
                if ((Half(Offset(section) + (2 * i)) & 0x7fff) != version)
                    continue;
                if (found >= 0 || Text(names + (int)Word(Offset(symbols) + (24 * i))) != Marker)
                    return -1;
                found = i;
            }
        }
        return found;
    }

    private bool IsRelocated(int symbol)
    {
        foreach (var section in Sections(Relocations))
        {
            for (var at = Offset(section); at < Offset(section) + Size(section); at += 24)
            {
                if (Word(at + 12) == symbol)
                    return true;
            }
        }
        return false;
    }

    private IEnumerable<int> Sections(uint type)
    {
        var table = (int)Word(40);
        for (var i = 0; i < Half(60); i++)
        {
            var header = table + (64 * i);
            if (Word(header + 4) == type)
                yield return header;
        }
    }

    private int Linked(int header) => (int)Word(40) + (64 * (int)Word(header + 40));

    private int Offset(int header) => (int)Word(header + 24);

    private int Size(int header) => (int)Word(header + 32);

    private ushort Half(int at) => BitConverter.ToUInt16(_elf, at);

    private uint Word(int at) => BitConverter.ToUInt32(_elf, at);

    private string Text(int at) => Encoding.ASCII.GetString(_elf, at, Array.IndexOf(_elf, (byte)0, at) - at);

    private bool Refuse(string why)
    {
        Log.LogError("{0} was not changed: {1}. Check build/TorchOnOlderLinux.targets against this version of TorchSharp.", Library, why);
        return false;
    }
}
