using System.Collections.Frozen;
using System.Text;

namespace Atrium.Inference.Embeddings;

/// <summary>Characters that Unicode's compatibility normalisation (NFKC) writes as others: ligatures, fractions, numbers that are raised, lowered or circled, and signs of units.</summary>
internal static class CompatibleCharacters
{
    private const string Pairs =
        "ª=a º=o ²=2 ³=3 ¹=1 µ=μ ¼=1⁄4 ½=1⁄2 ¾=3⁄4 Ĳ=IJ ĳ=ij ŉ=ʼn Ǆ=DŽ ǅ=Dž ǆ=dž Ǉ=LJ ǈ=Lj ǉ=lj Ǌ=NJ ǋ=Nj ǌ=nj ⁰=0 ⁱ=i ⁴=4 ⁵=5 ⁶=6 ⁷=7 ⁸=8 ⁹=9 ⁺=+ ⁻=− ⁽=( ⁾=) "
        + "ⁿ=n ₀=0 ₁=1 ₂=2 ₃=3 ₄=4 ₅=5 ₆=6 ₇=7 ₈=8 ₉=9 ₊=+ ₋=− ₍=( ₎=) ․=. ‥=.. …=... ″=′′ ‴=′′′ ⁗=′′′′ ℀=a/c ℁=a/s ℂ=C ℃=°C ℅=c/o ℆=c/u ℇ=Ɛ ℉=°F ℊ=g ℋ=H ℌ=H ℍ=H "
        + "ℎ=h ℏ=ħ ℐ=I ℑ=I ℒ=L ℓ=l ℕ=N №=No ℙ=P ℚ=Q ℛ=R ℜ=R ℝ=R ℠=SM ℡=TEL ™=TM ℤ=Z Ω=Ω ℨ=Z K=K Å=Å ℬ=B ℭ=C ℯ=e ℰ=E ℱ=F ℳ=M ℴ=o ℹ=i ⅐=1⁄7 ⅑=1⁄9 ⅒=1⁄10 ⅓=1⁄3 "
        + "⅔=2⁄3 ⅕=1⁄5 ⅖=2⁄5 ⅗=3⁄5 ⅘=4⁄5 ⅙=1⁄6 ⅚=5⁄6 ⅛=1⁄8 ⅜=3⁄8 ⅝=5⁄8 ⅞=7⁄8 ⅟=1⁄ Ⅰ=I Ⅱ=II Ⅲ=III Ⅳ=IV Ⅴ=V Ⅵ=VI Ⅶ=VII Ⅷ=VIII Ⅸ=IX Ⅹ=X Ⅺ=XI Ⅻ=XII Ⅼ=L Ⅽ=C Ⅾ=D Ⅿ=M "
        + "ⅰ=i ⅱ=ii ⅲ=iii ⅳ=iv ⅴ=v ⅵ=vi ⅶ=vii ⅷ=viii ⅸ=ix ⅹ=x ⅺ=xi ⅻ=xii ⅼ=l ⅽ=c ⅾ=d ⅿ=m ①=1 ②=2 ③=3 ④=4 ⑤=5 ⑥=6 ⑦=7 ⑧=8 ⑨=9 ⑩=10 ⑪=11 ⑫=12 ⑬=13 ⑭=14 ⑮=15 ⑯=16 "
        + "⑰=17 ⑱=18 ⑲=19 ⑳=20 ⑴=(1) ⑵=(2) ⑶=(3) ⑷=(4) ⑸=(5) ⑹=(6) ⑺=(7) ⑻=(8) ⑼=(9) ⑽=(10) ⑾=(11) ⑿=(12) ⒀=(13) ⒁=(14) ⒂=(15) ⒃=(16) ⒄=(17) ⒅=(18) ⒆=(19) ⒇=(20) "
        + "⒈=1. ⒉=2. ⒊=3. ⒋=4. ⒌=5. ⒍=6. ⒎=7. ⒏=8. ⒐=9. ⒑=10. ⒒=11. ⒓=12. ⒔=13. ⒕=14. ⒖=15. ⒗=16. ⒘=17. ⒙=18. ⒚=19. ⒛=20. ﬀ=ff ﬁ=fi ﬂ=fl ﬃ=ffi ﬄ=ffl ﬅ=st ﬆ=st";

    private static readonly FrozenDictionary<int, string> Written = Pairs.Split(' ').ToFrozenDictionary(pair => Rune.GetRuneAt(pair, 0).Value, pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    /// <summary>What a character is written as; null where it stays.</summary>
    public static string? Of(int character) => Written.GetValueOrDefault(character);
}
