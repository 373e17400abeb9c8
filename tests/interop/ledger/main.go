// Other people's libraries against what a hub of ours wrote: each word is a check; status 0 where it holds.
//
//	read URL LOG-VKEY WITNESS-VKEY      checkpoint, every entry, proofs between sizes; by x/mod, Torchwood and formats
//	proof FILE LOG-VKEY WITNESS-VKEY    a tlog-proof with its leaf as extra data
//	witness URL WITNESS-VKEY            a log of another program, cosigned by our witness; a rollback and a fork refused
//	foreign                             the verifier key of that log
//	vkey NAME SSH-PUBLIC-KEY            the verifier key of a litewitness
package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"filippo.io/torchwood"
	flog "github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	fproof "github.com/transparency-dev/formats/proof"
	"golang.org/x/crypto/ssh"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1)
	}
}

func get[T any](v T, err error) T {
	must(err)
	return v
}

func fetch(url string) []byte {
	r := get(http.Get(url))
	defer r.Body.Close()
	if r.StatusCode != 200 {
		must(fmt.Errorf("%s: %s", url, r.Status))
	}
	return get(io.ReadAll(r.Body))
}

// tiles reads tiles over HTTP for x/mod, whose own paths are those of the Go checksum database.
type tiles struct{ url string }

func (tiles) Height() int                     { return torchwood.TileHeight }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range want {
		all = append(all, fetch(t.url+torchwood.TilePath(tile)))
	}
	return all, nil
}

func verifiers(logKey, witnessKey string) []note.Verifier {
	return []note.Verifier{get(note.NewVerifier(logKey)), get(torchwood.NewCosignatureVerifier(witnessKey))}
}

func read(url, logKey, witnessKey string) {
	raw := fetch(url + "checkpoint")
	opened := get(note.Open(raw, note.VerifierList(verifiers(logKey, witnessKey)...)))
	if len(opened.Sigs) != 2 {
		must(fmt.Errorf("%d known signatures on the checkpoint", len(opened.Sigs)))
	}
	get(note.Open(raw, note.VerifierList(get(fnote.NewVerifierForCosignatureV1(witnessKey)))))
	checkpoint := get(torchwood.ParseCheckpoint(opened.Text))
	var other flog.Checkpoint
	get(other.Unmarshal(raw))
	if other.Size != uint64(checkpoint.N) || !bytes.Equal(other.Hash, checkpoint.Hash[:]) {
		must(errors.New("two libraries read two checkpoints"))
	}
	// x/mod: every proof of a record and between sizes.
	reader := tlog.TileHashReader(checkpoint.Tree, tiles{url})
	for i := int64(0); i < checkpoint.N; i += 1 + checkpoint.N/40 {
		must(tlog.CheckRecord(get(tlog.ProveRecord(checkpoint.N, i, reader)), checkpoint.N, checkpoint.Hash, i, get(reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)}))[0]))
		if i > 0 {
			old := get(tlog.TreeHash(i, reader))
			must(tlog.CheckTree(get(tlog.ProveTree(checkpoint.N, i, reader)), checkpoint.N, checkpoint.Hash, i, old))
		}
	}
	// Torchwood: every entry, each checked against the tree.
	client := get(torchwood.NewClient(get(torchwood.NewTileFetcher(url))))
	count := int64(0)
	for i, entry := range client.AllEntries(context.Background(), checkpoint.Tree, 0) {
		if i != count || !bytes.HasPrefix(entry, []byte(`{"actor":`)) {
			must(fmt.Errorf("entry %d is no leaf", i))
		}
		count++
	}
	must(client.Err())
	if count != checkpoint.N {
		must(fmt.Errorf("%d entries of %d", count, checkpoint.N))
	}
	fmt.Printf("%s: %d entries, signature, cosignature, proofs\n", checkpoint.Origin, count)
}

func proof(file, logKey, witnessKey string) {
	raw := get(os.ReadFile(file))
	policy := get(torchwood.ParsePolicy([]byte("log " + logKey + "\nwitness w " + witnessKey + "\nquorum w\n")))
	extra := get(torchwood.ProofExtraData(raw))
	must(torchwood.VerifyProof(policy, tlog.RecordHash(extra), raw))
	if torchwood.VerifyProof(policy, tlog.RecordHash(append(extra, ' ')), raw) == nil {
		must(errors.New("the proof of another leaf verifies"))
	}
	var parsed fproof.TLogProof
	must(parsed.Unmarshal(raw))
	if !bytes.Equal(parsed.Marshal(), raw) {
		must(errors.New("formats writes the proof in another way"))
	}
	fmt.Printf("tlog-proof of entry %d\n", parsed.Index)
}

// foreign is a log of x/mod's in memory.
type foreign struct {
	signer note.Signer
	hashes []tlog.Hash
	size   int64
}

func (f *foreign) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, i := range indexes {
		all = append(all, f.hashes[i])
	}
	return all, nil
}

func (f *foreign) grow(count int, seed string) {
	for range count {
		f.hashes = append(f.hashes, get(tlog.StoredHashes(f.size, []byte(fmt.Sprint(seed, f.size)), f))...)
		f.size++
	}
}

func (f *foreign) checkpoint() []byte {
	text := torchwood.Checkpoint{Origin: f.signer.Name(), Tree: tlog.Tree{N: f.size, Hash: get(tlog.TreeHash(f.size, f))}}.String()
	return get(note.Sign(&note.Note{Text: text}, f.signer))
}

func (f *foreign) submit(url string, old int64) (int, []byte) {
	var body strings.Builder
	fmt.Fprintf(&body, "old %d\n", old)
	if old > 0 && old < f.size {
		for _, h := range get(tlog.ProveTree(f.size, old, f)) {
			fmt.Fprintf(&body, "%s\n", base64.StdEncoding.EncodeToString(h[:]))
		}
	}
	body.WriteString("\n")
	body.Write(f.checkpoint())
	r := get(http.Post(url+"add-checkpoint", "text/plain", strings.NewReader(body.String())))
	defer r.Body.Close()
	return r.StatusCode, get(io.ReadAll(r.Body))
}

func expect(what string, got, want int) {
	if got != want {
		must(fmt.Errorf("%s: %d instead of %d", what, got, want))
	}
}

// The key of the foreign log is fixed: the witness is told it before it starts.
func foreignSigner() (note.Signer, string) {
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	skey, vkey, err := note.GenerateKey(bytes.NewReader(seed), "foreign.example/log")
	must(err)
	return get(note.NewSigner(skey)), vkey
}

func witness(url, witnessKey string) {
	signer, _ := foreignSigner()
	log := &foreign{signer: signer}
	verifier := get(torchwood.NewCosignatureVerifier(witnessKey))
	old := int64(0)
	for _, count := range []int{1, 1, 5, 250, 300} {
		log.grow(count, "a")
		status, lines := log.submit(url, old)
		expect("growth", status, 200)
		get(note.Open(append(log.checkpoint(), lines...), note.VerifierList(verifier)))
		old = log.size
	}
	status, body := log.submit(url, 7)
	expect("a size that is not held", status, 409)
	if string(body) != fmt.Sprintf("%d\n", old) {
		must(fmt.Errorf("409 tells %q", body))
	}
	status, _ = log.submit(url, old)
	expect("the same again", status, 200)
	fork := &foreign{signer: signer}
	fork.grow(int(old), "b")
	status, _ = fork.submit(url, old)
	expect("another root of the same size", status, 422)
	fork.grow(10, "b")
	status, _ = fork.submit(url, old)
	expect("a tree that begins otherwise", status, 422)
	stranger := &foreign{signer: get(note.NewSigner(first(note.GenerateKey(rand.Reader, "foreign.example/log"))))}
	stranger.grow(int(old), "a")
	status, _ = stranger.submit(url, old)
	expect("another key", status, 403)
	unknown := &foreign{signer: get(note.NewSigner(first(note.GenerateKey(rand.Reader, "unknown.example/log"))))}
	unknown.grow(1, "a")
	status, _ = unknown.submit(url, 0)
	expect("an unknown log", status, 404)
	fmt.Printf("our witness cosigns a log of x/mod's up to %d leaves, and refuses what it must\n", old)
}

func first(a, _ string, err error) string {
	must(err)
	return a
}

func main() {
	a := os.Args[1:]
	switch {
	case len(a) == 4 && a[0] == "read":
		read(a[1], a[2], a[3])
	case len(a) == 4 && a[0] == "proof":
		proof(a[1], a[2], a[3])
	case len(a) == 3 && a[0] == "witness":
		witness(a[1], a[2])
	case len(a) == 1 && a[0] == "foreign":
		_, vkey := foreignSigner()
		fmt.Println(vkey)
	case len(a) == 3 && a[0] == "vkey":
		key, _, _, _, err := ssh.ParseAuthorizedKey(get(os.ReadFile(a[2])))
		must(err)
		public := key.(ssh.CryptoPublicKey).CryptoPublicKey().(ed25519.PublicKey)
		fmt.Println(get(fnote.VKeyToCosignatureV1(get(note.NewEd25519VerifierKey(a[1], public)))))
	default:
		fmt.Fprintln(os.Stderr, "interop: wrong usage")
		os.Exit(2)
	}
}
